using System.Diagnostics;

namespace Latchkey.Gateway.Tests.Storage.Redis;

/// <summary>Waits for what another process does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<Task<bool>> condition, string because)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(started).Should().BeLessThan(Patience, because);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
