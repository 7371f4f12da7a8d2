namespace Latchkey.Desktop.Door;

internal static partial class DoorLog
{
    [LoggerMessage(4001, LogLevel.Warning, "A {Method} request was refused at the door: {Reason}")]
    public static partial void Refused(this ILogger logger, string reason, string method);
}
