namespace Latchkey.Gateway.Storage.Redis;

/// <summary>Looks after Redis in the background, so that no request has to.</summary>
internal sealed class SharedCountersKeeper(SharedCounters counters, SharedCountersTiming timing, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(timing.Tick, clock);
        do
        {
            await counters.TendAsync();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
