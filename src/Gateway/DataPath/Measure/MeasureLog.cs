namespace Latchkey.Gateway.DataPath.Measure;

/// <summary>What the stage Measure says; ids 5xxx.</summary>
internal static partial class MeasureLog
{
    [LoggerMessage(5001, LogLevel.Error, "The answer to {RequestId} couldn't be metered any further")]
    public static partial void TapFailed(this ILogger logger, Exception exception, string requestId);
}
