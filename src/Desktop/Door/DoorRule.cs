using System.Globalization;

namespace Latchkey.Desktop.Door;

/// <summary>Whether a request may come in.</summary>
internal static class DoorRule
{
    /// <summary>Where a window enters.</summary>
    public const string EnterPath = "/enter";

    /// <summary>Cookies know no ports: each run has a name of its own, so that two apps in one browser don't take each other's.</summary>
    public static string CookieName(int port) => string.Create(CultureInfo.InvariantCulture, $"latchkey-{port}");

    public static string Host(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    /// <summary>Why a request is refused; null when it isn't, the session aside.</summary>
    /// <param name="port">The port that it came in by.</param>
    /// <param name="host">Its <c>Host</c>: anything else is a name that somebody made point here.</param>
    /// <param name="origin">Its <c>Origin</c>; null when it has none.</param>
    /// <param name="site">
    /// Its <c>Sec-Fetch-Site</c>; null when it has none. Other ports of this machine are the same site, and not ours.
    /// </param>
    /// <param name="enters">It comes with a code, which is its credential, from wherever the window was.</param>
    public static string? Refusal(int port, string? host, string? origin, string? site, bool enters)
    {
        if (host != Host(port))
        {
            return "another host's name";
        }

        if (enters)
        {
            return null;
        }

        if (origin is not null && origin != "http://" + Host(port))
        {
            return "another origin";
        }

        return site is null or "same-origin" or "none" ? null : "another site";
    }
}
