using System.ComponentModel;
using System.Diagnostics;
using Latchkey.Desktop.Chat.Prose;
using Latchkey.Desktop.Window;

namespace Latchkey.Desktop.Chat.Views;

/// <summary>
/// Opens what an answer links to in the person's own programs. What the page says isn't believed: the rule is asked again.
/// </summary>
internal static class OutsideLink
{
    /// <returns>False when it may not be followed, or nothing here opens it.</returns>
    public static bool Open(string address)
    {
        if (LinkRule.Follow(address) is not { } uri)
        {
            return false;
        }

        return uri.Scheme == Uri.UriSchemeMailto ? Write(uri) : PersonsBrowser.Open(uri);
    }

    /// <summary>A letter to somebody; without a subject, text or attachments that somebody else has thought of.</summary>
    private static bool Write(Uri uri)
    {
        var letter = $"mailto:{uri.UserInfo}@{uri.Host}";
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(letter) { UseShellExecute = true }
            : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "/usr/bin/open" : "xdg-open", [letter]);
        try
        {
            using var process = Process.Start(start);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
