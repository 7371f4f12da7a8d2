using System.ComponentModel;
using System.Diagnostics;

namespace Latchkey.Desktop.Window;

/// <summary>Opens addresses of the web in the person's browser. Never by a shell: an address is one argument of a program.</summary>
internal static class PersonsBrowser
{
    public static bool CanOpen(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.Host.Length > 0;

    /// <returns>False when the system has nothing that opens addresses.</returns>
    /// <exception cref="ArgumentException">It isn't an address of the web.</exception>
    public static bool Open(Uri address)
    {
        if (!CanOpen(address))
        {
            throw new ArgumentException($"Only http and https addresses open in the browser, not '{address}'.", nameof(address));
        }

        // The canonical form has its spaces, quotes and control characters escaped.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true }
            : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "/usr/bin/open" : "xdg-open", [address.AbsoluteUri]);
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
