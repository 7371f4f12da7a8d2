using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Latchkey.Client;

/// <summary>Adds Latchkey to a hosted app.</summary>
public static class LatchkeyServices
{
    /// <summary>
    /// Adds a <see cref="LatchkeyClient"/> that starts and stops with the host. Settings come from <see cref="LatchkeyOptions.Load"/>; then the app may
    /// change them.
    /// </summary>
    /// <exception cref="LatchkeySettingsException">When the host starts: a setting can't be used.</exception>
    public static IServiceCollection AddLatchkey(this IServiceCollection services, Action<LatchkeyOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ =>
        {
            var options = LatchkeyOptions.Load();
            configure?.Invoke(options);
            return options;
        });
        services.TryAddSingleton(provider => new LatchkeyClient(
            provider.GetRequiredService<LatchkeyOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<LatchkeyClient>>()));
        services.AddHostedService<LatchkeyService>();
        return services;
    }

    /// <summary>The first look at the gateway may take seconds; an app's window doesn't wait for it.</summary>
    private sealed class LatchkeyService(LatchkeyClient client) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            await client.StartAsync(stoppingToken).ConfigureAwait(false);
        }

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken).ConfigureAwait(false);
            await client.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
