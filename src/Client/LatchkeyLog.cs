using Microsoft.Extensions.Logging;

namespace Latchkey.Client;

/// <summary>What the library tells a log: no tokens, no keys, no prompts.</summary>
internal static partial class LatchkeyLog
{
    [LoggerMessage(1, LogLevel.Information, "{State}: {Message}")]
    public static partial void BecameState(this ILogger logger, LatchkeyState state, string message);

    [LoggerMessage(2, LogLevel.Information, "Got a token for {Gateway} until {ExpiresAt:O}")]
    public static partial void TokenObtained(this ILogger logger, Uri gateway, DateTimeOffset expiresAt);

    [LoggerMessage(3, LogLevel.Warning, "The gateway refuses to renew the token ({Status}); bootstrapping again")]
    public static partial void RefreshRefused(this ILogger logger, int status);

    [LoggerMessage(4, LogLevel.Warning, "The token can't be kept in {Store}; it will be asked for again by the next process")]
    public static partial void TokenNotKept(this ILogger logger, string store, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "The token kept in {Store} can't be read")]
    public static partial void TokenNotRead(this ILogger logger, string store, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "The lock in {Folder} can't be had; renewing without it")]
    public static partial void LockNotHeld(this ILogger logger, string folder);

    [LoggerMessage(7, LogLevel.Error, "A listener to the state failed")]
    public static partial void ListenerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(8, LogLevel.Information, "The gateway answered 401: renewing the token and asking once more")]
    public static partial void RetriedWithNewToken(this ILogger logger);

    [LoggerMessage(9, LogLevel.Error, "Watching the gateway failed; it goes on")]
    public static partial void WatchFailed(this ILogger logger, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "The key of one's own kept in {Store} can't be read")]
    public static partial void OwnKeyNotRead(this ILogger logger, string store, Exception exception);
}
