namespace Latchkey.Gateway.Storage.Redis;

internal static partial class SharedCountersLog
{
    [LoggerMessage(8101, LogLevel.Warning, "Redis is away ({Reason}): limits are counted by this gateway alone until it answers again")]
    public static partial void Away(this ILogger logger, string reason, Exception exception);

    [LoggerMessage(8102, LogLevel.Information, "Redis answers again: limits are shared")]
    public static partial void Recovered(this ILogger logger);

    [LoggerMessage(8103, LogLevel.Warning, "Redis lost what it had counted (flushed or restarted): until a window has passed, each gateway's own counters hold the limits")]
    public static partial void Lost(this ILogger logger);
}
