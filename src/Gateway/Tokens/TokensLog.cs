using Latchkey.Gateway.Tokens.Devices;

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

    [LoggerMessage(7004, LogLevel.Warning, "Device {Device} is {State} now, because: {Reason} ({Cut} calls cut)")]
    public static partial void DeviceChanged(this ILogger logger, string device, DeviceState state, string reason, int cut);

    [LoggerMessage(7005, LogLevel.Warning, "Session {Session} was taken back, because: {Reason} ({Cut} calls cut)")]
    public static partial void SessionRevoked(this ILogger logger, string session, string reason, int cut);

    [LoggerMessage(7006, LogLevel.Warning, "All tokens were taken back, because: {Reason} ({Cut} calls cut)")]
    public static partial void AllRevoked(this ILogger logger, string reason, int cut);

    [LoggerMessage(7007, LogLevel.Information, "Device {Device} asked for a token and got none: it is {State}")]
    public static partial void DeviceStopped(this ILogger logger, string device, DeviceState state);

    [LoggerMessage(7008, LogLevel.Warning, "{Devices} devices that weren't seen for longest are forgotten: no more than {Most} are kept (Latchkey:Tokens:MaxDevices)")]
    public static partial void DevicesForgotten(this ILogger logger, int devices, int most);

    [LoggerMessage(7009, LogLevel.Warning, "Device {Device} couldn't be written down; it got its token all the same")]
    public static partial void DeviceUnwritten(this ILogger logger, Exception exception, string device);
}
