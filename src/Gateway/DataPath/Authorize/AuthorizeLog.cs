namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>What the stage Authorize says; ids 3xxx.</summary>
internal static partial class AuthorizeLog
{
    [LoggerMessage(3001, LogLevel.Error, "What was spent of budget {Budget} can't be read: calls that draw on it are refused until it can")]
    public static partial void SpendUnknown(this ILogger logger, Exception exception, string budget);
}
