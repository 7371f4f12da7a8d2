using Latchkey.Gateway.DataPath;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Latchkey.Gateway.Telemetry;

/// <summary>The room Telemetry: health, metrics, traces, the orderly end.</summary>
internal static class TelemetryRoom
{
    public static void AddTelemetry(this IServiceCollection services, bool exportOtlp, bool development)
    {
        services.AddOptions<DrainOptions>().Configure(drain => drain.Delay = development ? TimeSpan.Zero : drain.Delay).BindConfiguration(DrainOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<DrainOptions>, DrainOptionsValidator>();
        services.TryAddSingleton<Readiness>();
        services.AddHostedService<Drain>();
        services.AddOptions<HostOptions>().Configure<IOptions<DrainOptions>>((host, drain) => host.ShutdownTimeout = drain.Value.Delay + drain.Value.Timeout);

        // Names, endpoint, protocol and headers follow the OTEL_* variables; without an endpoint nothing is sent.
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("latchkey").AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ExchangeMetrics.MeterName).AddMeter("Microsoft.AspNetCore.Server.Kestrel").AddRuntimeInstrumentation().AddPrometheusExporter();
                if (exportOtlp)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (exportOtlp)
        {
            // Spans that nobody gets would be made all the same.
            telemetry.WithTracing(traces => traces.AddSource(ExchangeActivity.SourceName).AddOtlpExporter());
        }
    }

    public static void MapTelemetry(this IEndpointRouteBuilder endpoints)
    {
        HealthEndpoints.Map(endpoints);
        endpoints.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(Access.Operator);
    }
}
