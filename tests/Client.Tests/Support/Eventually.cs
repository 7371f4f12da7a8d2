namespace Latchkey.Client.Tests.Support;

internal static class Eventually
{
    /// <summary>Waits until something is so; 30 seconds of real time at most.</summary>
    public static async Task SoAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            await Task.Delay(1, patience.Token);
        }
    }
}
