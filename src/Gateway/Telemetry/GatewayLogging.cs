using System.Text.Encodings.Web;
using System.Text.Json;

namespace Latchkey.Gateway.Telemetry;

/// <summary>Logs are JSON lines: no text in them can pretend to be another line.</summary>
internal static class GatewayLogging
{
    public static void AddGatewayLogging(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            console.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("OpenTelemetry", LogLevel.Warning);

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
