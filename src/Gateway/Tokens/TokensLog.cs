namespace Latchkey.Gateway.Tokens;

/// <summary>What the room Tokens says; ids 70xx.</summary>
internal static partial class TokensLog
{
    [LoggerMessage(7001, LogLevel.Information, "Device {Device} got a wrapper token (app version {AppVersion})")]
    public static partial void Bootstrapped(this ILogger logger, string device, string appVersion);

    [LoggerMessage(7002, LogLevel.Information, "Device {Device} renewed its wrapper token in session {Session}")]
    public static partial void Refreshed(this ILogger logger, string device, string session);

    [LoggerMessage(7003, LogLevel.Warning, "Enrolment is open on {Host}: whoever reaches this gateway gets a token (Latchkey:Tokens:AllowOpenOnNetwork)")]
    public static partial void OpenOnNetwork(this ILogger logger, string host);
}
