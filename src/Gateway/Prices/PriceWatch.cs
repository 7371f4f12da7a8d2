namespace Latchkey.Gateway.Prices;

/// <summary>Looks at the price files twice a second: with the second look that a change waits for, it counts within a second or so.</summary>
internal sealed class PriceWatch(PriceFiles files, PriceReload reload, PricesMetrics metrics, TimeProvider time, ILogger<PriceWatch> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Begin();
        if (!files.Any)
        {
            return;
        }

        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    /// <summary>Whatever a file does to us, the next look comes, and the gateway goes on.</summary>
    private void Look()
    {
        try
        {
            reload.Look();
        }
        catch (Exception e)
        {
            log.LookFailed(e);
        }
    }
}
