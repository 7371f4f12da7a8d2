using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32;

namespace Latchkey.Client.Devices;

/// <summary>The operating system's own id of this installation; null where it has none that is its own.</summary>
internal static partial class MachineId
{
    public static string? Read() =>
        OperatingSystem.IsWindows() ? Plausible(Windows())
        : OperatingSystem.IsMacOS() ? Plausible(MacOS())
        : Plausible(FirstLine("/etc/machine-id")) ?? Plausible(FirstLine("/var/lib/dbus/machine-id"));

    /// <summary>Images are shipped with an empty id, with "uninitialized", or with zeros: those name no machine.</summary>
    internal static string? Plausible(string? id) =>
        id is { Length: >= 8 } && id != "uninitialized" && id.Any(c => c is not ('0' or '-')) ? id : null;

    private static string? FirstLine(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            return reader.ReadLine()?.Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [SupportedOSPlatform("windows")]
    private static string? Windows() =>
        Registry.GetValue(@"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Cryptography", "MachineGuid", null) as string;

    [SupportedOSPlatform("macos")]
    private static string? MacOS()
    {
        var id = new byte[16];
        return GetHostUuid(id, new TimeSpec { Seconds = 1 }) == 0 ? new Guid(id, bigEndian: true).ToString() : null;
    }

    /// <summary><c>gethostuuid(3)</c>: the hardware's id; waits as long as it is told.</summary>
    [LibraryImport("libc", EntryPoint = "gethostuuid")]
    private static partial int GetHostUuid([Out] byte[] id, in TimeSpec wait);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
