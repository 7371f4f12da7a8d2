using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Latchkey.Gateway.Telemetry;

/// <summary>What is logged, and that it is JSON lines on standard output.</summary>
internal static class GatewayLogging
{
    public static void AddGatewayLogging(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.Services.TryAddSingleton(services => new LogOutput(Console.OpenStandardOutput(), services.GetRequiredService<TimeProvider>()));
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, JsonLinesProvider>());
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("OpenTelemetry", LogLevel.Warning);

        // It says nothing of its own, and its being listened to makes a span and a scope for every request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        logging.AddFilter("Latchkey.Gateway.Identity", LogLevel.Warning);

        // What fails at start is said once, in one line that names the setting.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);

        // At information it only repeats, with a stack trace, what the exchange has logged in its own words.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.Warning);
    }
}
