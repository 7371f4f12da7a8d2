namespace Latchkey.Desktop;

internal static partial class DesktopLog
{
    [LoggerMessage(1, LogLevel.Warning, "Something didn't stop in time: {Reason}")]
    public static partial void StoppedLate(this ILogger logger, string reason);
}
