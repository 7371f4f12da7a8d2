namespace Latchkey.Desktop.Window;

/// <summary>What the window writes down. Addresses are named by their origin: a path may carry what a person wrote.</summary>
internal static partial class WindowLog
{
    [LoggerMessage(3001, LogLevel.Information, "The window is shown by {Kind}")]
    public static partial void Shown(this ILogger logger, string kind);

    [LoggerMessage(3002, LogLevel.Warning, "The page wanted to go to {Origin}: refused")]
    public static partial void NavigationRefused(this ILogger logger, string origin);

    [LoggerMessage(3003, LogLevel.Warning, "No browser could be started for {Origin}")]
    public static partial void NoBrowser(this ILogger logger, string origin);

    [LoggerMessage(3004, LogLevel.Error, "The page's engine ended ({Reason}); the page is loaded again")]
    public static partial void EngineEnded(this ILogger logger, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "A download from {Origin} was refused")]
    public static partial void DownloadRefused(this ILogger logger, string origin);

    /// <summary>Scheme, host and port, or the scheme alone where there is no host.</summary>
    public static string Origin(string? address) =>
        !Uri.TryCreate(address, UriKind.Absolute, out var uri) ? "nowhere"
        : uri.Host.Length > 0 ? uri.GetLeftPart(UriPartial.Authority)
        : uri.Scheme + ":";
}
