using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Latchkey.Client.Secrets;

/// <summary>What stands under a path, a symbolic link not followed. .NET itself tells no owners.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Owner">Its user's id; null where the system isn't Linux: there only a chmod that fails tells.</param>
[UnsupportedOSPlatform("windows")]
internal sealed partial record UnixEntry(UnixEntryKind Kind, UnixFileMode Mode, uint? Owner)
{
    private const int NoEntry = 2;
    private const int NotFolder = 20;

    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint TypeModeOwner = 0x1 | 0x2 | 0x8;

    /// <summary>The user that files are created for.</summary>
    public static uint CurrentUser => GetEffectiveUserId();

    /// <summary>Null when nothing stands there.</summary>
    /// <exception cref="IOException">It can't be looked at.</exception>
    public static UnixEntry? Find(string path) => OperatingSystem.IsLinux() ? FindOnLinux(path) : FindElsewhere(path);

    private static UnixEntry? FindOnLinux(string path)
    {
        if (StatX(CurrentFolder, path, NoFollow, TypeModeOwner, out var found) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoEntry or NotFolder ? null : throw new IOException($"{path}: {new Win32Exception(error).Message}");
        }

        var kind = (found.Mode & 0xF000) switch
        {
            0x8000 => UnixEntryKind.File,
            0x4000 => UnixEntryKind.Folder,
            0xA000 => UnixEntryKind.Link,
            _ => UnixEntryKind.Other,
        };
        return new UnixEntry(kind, (UnixFileMode)(found.Mode & 0xFFF), found.Owner);
    }

    private static UnixEntry? FindElsewhere(string path)
    {
        FileSystemInfo found = new FileInfo(path);
        if (found.LinkTarget is not null)
        {
            return new UnixEntry(UnixEntryKind.Link, UnixFileMode.None, Owner: null);
        }

        if (!found.Exists)
        {
            found = new DirectoryInfo(path);
        }

        return found.Exists
            ? new UnixEntry(found is DirectoryInfo ? UnixEntryKind.Folder : UnixEntryKind.File, found.UnixFileMode, Owner: null)
            : null;
    }

    // statx rather than stat: its structure is the same on every processor.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out StatXResult result);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatXResult
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;
    }
}

/// <summary>What a path names.</summary>
internal enum UnixEntryKind
{
    File,
    Folder,
    Link,

    /// <summary>A pipe, socket or device.</summary>
    Other,
}
