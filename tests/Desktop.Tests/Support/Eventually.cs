using System.Diagnostics;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>Waits for what another process or thread brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<bool> condition, string expectation)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(20))
        {
            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException(expectation);
            }
        }
    }
}
