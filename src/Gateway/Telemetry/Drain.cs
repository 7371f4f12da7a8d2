using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Telemetry;

/// <summary>The first thing at SIGTERM: readiness goes, then, while load balancers notice, calls are still taken.</summary>
internal sealed class Drain(Readiness readiness, IOptions<DrainOptions> options, TimeProvider time, ILogger<Drain> log) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Drain();
        log.Draining(options.Value.Delay, options.Value.Timeout);
        await Task.Delay(options.Value.Delay, time, CancellationToken.None);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        log.Drained();
        return Task.CompletedTask;
    }
}
