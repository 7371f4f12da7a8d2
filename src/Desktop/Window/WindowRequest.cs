using Microsoft.Extensions.Logging.Abstractions;

namespace Latchkey.Desktop.Window;

/// <summary>What a window shows.</summary>
/// <param name="Address">
/// The page, http on loopback. Only its origin is shown. It may carry a code that works once: no kind of window lets other users of the
/// machine see it.
/// </param>
/// <param name="Title">The window's title until the page has one.</param>
/// <param name="DataFolder">A folder of the person's own, for what a browser must keep; made (0700) when it isn't there.</param>
internal sealed record WindowRequest(Uri Address, string Title, string DataFolder)
{
    /// <summary>In the toolkit's pixels, which a dense display multiplies. 1100 × 760.</summary>
    public (int Width, int Height) Size { get; init; } = (1100, 760);

    /// <summary>A PNG file for the window's icon; null for the system's own.</summary>
    public string? Icon { get; init; }

    /// <summary>Whether the page can be inspected. False, unless <c>LATCHKEY_WINDOW_DEVTOOLS</c> is 1.</summary>
    public bool DeveloperTools { get; init; } = Environment.GetEnvironmentVariable("LATCHKEY_WINDOW_DEVTOOLS") == "1";

    public ILogger Logger { get; init; } = NullLogger.Instance;
}
