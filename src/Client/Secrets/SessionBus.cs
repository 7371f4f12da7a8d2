using System.Runtime.Versioning;

namespace Latchkey.Client.Secrets;

/// <summary>Where the person's D-Bus session bus listens. One that doesn't run is never started for us.</summary>
internal static class SessionBus
{
    private const string Unix = "unix:";

    /// <summary>
    /// The address from <c>DBUS_SESSION_BUS_ADDRESS</c>, else the socket <c>bus</c> in <c>XDG_RUNTIME_DIR</c>; null without one. Only
    /// sockets of this machine: a secret isn't sent over a network.
    /// </summary>
    public static string? Find(Func<string, string?> environment)
    {
        if (environment("DBUS_SESSION_BUS_ADDRESS") is { Length: > 0 } addresses)
        {
            // A list of alternatives; "autolaunch:" may be one.
            return addresses.Split(';').FirstOrDefault(address => address.StartsWith(Unix, StringComparison.Ordinal));
        }

        return OperatingSystem.IsLinux() && environment("XDG_RUNTIME_DIR") is { } runtime && Path.IsPathRooted(runtime)
            ? FindIn(runtime)
            : null;
    }

    [SupportedOSPlatform("linux")]
    private static string? FindIn(string runtime)
    {
        try
        {
            // After "sudo -E" it is somebody else's.
            var isOurs = UnixEntry.Find(runtime)?.Owner == UnixEntry.CurrentUser;
            var socket = Path.Combine(runtime, "bus");
            return isOurs && UnixEntry.Find(socket) is not null ? $"{Unix}path={Escape(socket)}" : null;
        }
        catch (IOException)
        {
            // Not ours to look into.
            return null;
        }
    }

    private static string Escape(string path) => path
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace(",", "%2c", StringComparison.Ordinal)
        .Replace(";", "%3b", StringComparison.Ordinal);
}
