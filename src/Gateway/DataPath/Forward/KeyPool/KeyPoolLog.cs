namespace Latchkey.Gateway.DataPath.Forward.KeyPool;

/// <summary>Messages 42xx. Keys are named by fingerprint.</summary>
internal static partial class KeyPoolLog
{
    [LoggerMessage(4201, LogLevel.Error, "Upstream key {Fingerprint} was refused with {Status} and rests for {Rest}: check it with Anthropic")]
    public static partial void KeyRefused(this ILogger logger, string fingerprint, int status, TimeSpan rest);

    [LoggerMessage(4202, LogLevel.Information, "Upstream key {Fingerprint} works again")]
    public static partial void KeyRecovered(this ILogger logger, string fingerprint);

    [LoggerMessage(4203, LogLevel.Warning, "Upstream key {Fingerprint} has used up its rate limit for {Model} and rests for {Rest}")]
    public static partial void KeyRateLimited(this ILogger logger, string fingerprint, string model, TimeSpan rest);

    [LoggerMessage(4204, LogLevel.Error, "Upstream key {Fingerprint} has reached a spend limit at Anthropic: {ErrorCode}")]
    public static partial void KeySpendLimited(this ILogger logger, string fingerprint, string errorCode);
}
