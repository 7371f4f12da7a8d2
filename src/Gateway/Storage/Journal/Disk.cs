using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>
/// Files and syncs as the journal needs them. .NET's own <c>FlushToDisk</c> is <c>fsync</c>, which on Linux also waits until the file system
/// has committed the file's time stamp; <c>fdatasync</c> leaves that out when the file didn't grow.
/// </summary>
internal static class Disk
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a file, for its owner only if it makes it.</summary>
    public static SafeFileHandle Open(string path, FileMode mode)
    {
        var file = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (mode is not FileMode.Open && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, OwnerOnly);
        }

        return file;
    }

    /// <summary>The whole file.</summary>
    public static byte[] Read(string path)
    {
        byte[] bytes = [];
        var read = Read(path, 0, int.MaxValue, ref bytes);
        return read.Length == bytes.Length ? bytes : read.ToArray();
    }

    /// <summary>What stands from an offset up to another, or to the file's end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">The first byte behind it.</param>
    /// <param name="memory">To read into; made larger if it must be.</param>
    public static ReadOnlySpan<byte> Read(string path, int from, int to, ref byte[] memory)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = (int)Math.Max(0, Math.Min(RandomAccess.GetLength(file), to) - from);
        if (memory.Length < length)
        {
            memory = new byte[length];
        }

        var read = 0;
        while (read < length && RandomAccess.Read(file, memory.AsSpan(read, length - read), from + read) is > 0 and var more)
        {
            read += more;
        }

        return memory.AsSpan(0, read);
    }

    /// <summary>Writes all of it, or fails.</summary>
    /// <exception cref="IOException">The disk, or a limit, doesn't take it.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long at)
    {
        try
        {
            RandomAccess.Write(file, bytes, at);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // What .NET makes of EFBIG: a file larger than a limit allows.
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>What was written to the file is on the disk when it returns.</summary>
    /// <exception cref="IOException">It isn't.</exception>
    public static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        int result;
        do
        {
            result = fdatasync(file);
        }
        while (result != 0 && Marshal.GetLastPInvokeError() == Interrupted);

        ThrowIf(result != 0, nameof(fdatasync));
    }

    /// <summary>The names of the folder's files are on the disk when it returns.</summary>
    /// <exception cref="IOException">They aren't.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new SafeFileHandle(open(Encoding.UTF8.GetBytes(path + '\0'), ReadOnly), ownsHandle: true);
        ThrowIf(folder.IsInvalid || fsync(folder) != 0, nameof(fsync));
    }

    private static void ThrowIf(bool failed, string call)
    {
        if (failed)
        {
            throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

#pragma warning disable IDE1006, SYSLIB1054 // The system's own names; generated marshalling needs unsafe code, which the gateway has none of.
    [DllImport("libc", SetLastError = true)]
    private static extern int fdatasync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    private static extern int open(byte[] path, int flags);
#pragma warning restore IDE1006, SYSLIB1054
}
