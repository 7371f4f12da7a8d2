namespace Latchkey.Gateway.DataPath;

/// <summary>What the exchange as a whole says; ids 10xx.</summary>
internal static partial class DataPathLog
{
    [LoggerMessage(1001, LogLevel.Information, "{RequestId} {Method} answered with {Status} {ErrorType}: {Reason}")]
    public static partial void Refused(this ILogger logger, string requestId, string method, int status, string errorType, string reason);

    [LoggerMessage(1002, LogLevel.Debug, "{RequestId}: the client left before it was let in")]
    public static partial void Abandoned(this ILogger logger, string requestId);

    [LoggerMessage(1003, LogLevel.Error, "{RequestId} failed")]
    public static partial void Failed(this ILogger logger, Exception exception, string requestId);
}
