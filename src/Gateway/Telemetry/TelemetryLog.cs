namespace Latchkey.Gateway.Telemetry;

/// <summary>What the room Telemetry says; ids 90xx.</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(9001, LogLevel.Information, "Stopping: not ready any more; new calls for {Delay}, then open streams have {Timeout}")]
    public static partial void Draining(this ILogger logger, TimeSpan delay, TimeSpan timeout);

    [LoggerMessage(9002, LogLevel.Information, "Stopped: every exchange is settled and written")]
    public static partial void Drained(this ILogger logger);
}
