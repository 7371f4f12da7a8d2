using Latchkey.Desktop.Window.Chromium;
using Latchkey.Desktop.Window.WebKitGtk;
using Latchkey.Desktop.Window.WebView2;
using Latchkey.Desktop.Window.WkWebView;

namespace Latchkey.Desktop.Window;

/// <summary>Picks how the app is shown here: the system's own web view, or else a browser's window.</summary>
internal static class AppWindows
{
    /// <summary>The environment variable that picks: <c>auto</c> (as when it is absent), <c>native</c> or <c>browser</c>.</summary>
    public const string Variable = "LATCHKEY_WINDOW";

    /// <summary>By this the desktop finds the window's launcher and icon: <c>latchkey.desktop</c>.</summary>
    public const string ProgramName = "latchkey";

    /// <param name="wanted">The variable's value.</param>
    /// <exception cref="WindowUnavailableException">None can be had, or the value is unknown.</exception>
    public static IAppWindow Choose(string? wanted) => Choose(wanted, Native(), new ChromiumAppWindow());

    internal static IAppWindow Choose(string? wanted, IAppWindow? native, IAppWindow browser)
    {
        IAppWindow?[] candidates = wanted?.Trim().ToLowerInvariant() switch
        {
            null or "" or "auto" => [native, browser],
            "native" => [native],
            "browser" => [browser],
            _ => throw new WindowUnavailableException($"{Variable} is '{wanted}'; it can be auto, native or browser."),
        };
        var reasons = new List<string>();
        foreach (var candidate in candidates)
        {
            if (candidate is null)
            {
                reasons.Add("There is no native window for this system.");
            }
            else if (candidate.Unavailable() is { } reason)
            {
                reasons.Add($"{candidate.Name}: {reason}");
            }
            else
            {
                return candidate;
            }
        }

        throw new WindowUnavailableException(string.Join(Environment.NewLine, ["No window can be opened.", .. reasons]));
    }

    private static IAppWindow? Native()
    {
        if (OperatingSystem.IsWindows())
        {
            return new WebView2Window();
        }

        if (OperatingSystem.IsMacOS())
        {
            return new WkWebViewWindow();
        }

        return OperatingSystem.IsLinux() ? new WebKitGtkWindow() : null;
    }
}
