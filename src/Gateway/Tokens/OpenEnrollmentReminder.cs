namespace Latchkey.Gateway.Tokens;

/// <summary>Says once a minute, as long as the gateway runs, that anybody on the network gets a token: nobody should forget it.</summary>
internal sealed class OpenEnrollmentReminder(string host, TimeProvider time, ILogger<OpenEnrollmentReminder> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            do
            {
                log.OpenOnNetwork(host);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }
}
