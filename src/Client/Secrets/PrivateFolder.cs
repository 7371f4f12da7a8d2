using System.Runtime.Versioning;

namespace Latchkey.Client.Secrets;

/// <summary>
/// A folder of small files that nobody else may read or write, each replaced whole. On Unix by permissions, which are looked at before
/// every use; on Windows by what the person's profile grants, which is where the folder stands.
/// </summary>
internal sealed class PrivateFolder(string path, TimeProvider time)
{
    private const int MaxFileBytes = 64 * 1024;
    private const string TemporarySuffix = ".tmp";

    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnlyFile | UnixFileMode.UserExecute;

    private static readonly TimeSpan LeftBehind = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReaderPause = TimeSpan.FromMilliseconds(10);
    private const int ReaderPauses = 50;

    // Without the slash at its end, behind which a symbolic link would be followed.
    private readonly string _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    public string FullName => _path;

    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="SecretStoreException">It isn't ours alone, or can't be read.</exception>
    public byte[]? Read(string file)
    {
        var whole = Path.Combine(_path, file);
        try
        {
            if (!IsOurs(_path, UnixEntryKind.Folder) || !IsOurs(whole, UnixEntryKind.File))
            {
                return null;
            }

            // On Windows a file that is open can be replaced only if it was opened like this.
            using var handle = File.OpenHandle(whole, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[Math.Min(RandomAccess.GetLength(handle), MaxFileBytes + 1)];
            var length = 0;
            while (length < content.Length && RandomAccess.Read(handle, content.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
            }

            return length <= MaxFileBytes ? content[..length] : throw new SecretStoreException($"{whole} is too long to be a secret.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            throw new SecretStoreException($"{whole} can't be read: {exception.Message}", exception);
        }
    }

    /// <exception cref="SecretStoreException">Folder or file isn't ours alone, or can't be written.</exception>
    public async ValueTask WriteAsync(string file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var whole = Path.Combine(_path, file);
        var temporary = Path.Combine(_path, $".{file}.{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            Create();
            _ = IsOurs(whole, UnixEntryKind.File);
            Sweep();
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnlyFile;
            }

            await using (var stream = new FileStream(temporary, options))
            {
                await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);

                // Before the name changes hands: a power cut must not leave the name with nothing behind it.
                stream.Flush(flushToDisk: true);
            }

            await ReplaceAsync(temporary, whole, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Discard(temporary);
            if (IsTrouble(exception))
            {
                throw new SecretStoreException($"{whole} can't be written: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <exception cref="SecretStoreException">The folder isn't ours alone, or the file can't be deleted.</exception>
    public void Delete(string file)
    {
        var whole = Path.Combine(_path, file);
        try
        {
            if (IsOurs(_path, UnixEntryKind.Folder))
            {
                File.Delete(whole);
                Sweep();
            }
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            throw new SecretStoreException($"{whole} can't be deleted: {exception.Message}", exception);
        }
    }

    private void Create()
    {
        if (IsOurs(_path, UnixEntryKind.Folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_path);
            return;
        }

        Directory.CreateDirectory(_path, OwnerOnlyFolder);
        _ = IsOurs(_path, UnixEntryKind.Folder);
    }

    /// <summary>Whether it is there; by then nobody else can read or write it.</summary>
    /// <exception cref="SecretStoreException">It is somebody else's, or not what it should be.</exception>
    private static bool IsOurs(string path, UnixEntryKind kind) =>
        OperatingSystem.IsWindows()
            ? kind == UnixEntryKind.Folder ? Directory.Exists(path) : File.Exists(path)
            : IsOursOnUnix(path, kind);

    [UnsupportedOSPlatform("windows")]
    private static bool IsOursOnUnix(string path, UnixEntryKind kind)
    {
        var mode = kind == UnixEntryKind.Folder ? OwnerOnlyFolder : OwnerOnlyFile;
        if (UnixEntry.Find(path) is not { } entry)
        {
            return false;
        }

        if (entry.Kind != kind)
        {
            throw new SecretStoreException($"{path} is {Name(entry.Kind)} instead of {Name(kind)}. Remove it; no secrets are kept there.");
        }

        if (entry.Owner is { } owner && owner != UnixEntry.CurrentUser)
        {
            throw NotOurs(path);
        }

        if (entry.Owner is null || (entry.Mode & ~OwnerOnlyFolder) != 0)
        {
            Tighten(path, mode);
        }

        return true;
    }

    [UnsupportedOSPlatform("windows")]
    private static void Tighten(string path, UnixFileMode mode)
    {
        try
        {
            File.SetUnixFileMode(path, mode);
        }
        catch (UnauthorizedAccessException)
        {
            // Only the owner may: where the owner can't be read, this is how a stranger's file shows.
            throw NotOurs(path);
        }
        catch (FileNotFoundException)
        {
            // Deleted meanwhile; opening it will say so.
            return;
        }

        if (UnixEntry.Find(path) is { } entry && (entry.Mode & ~OwnerOnlyFolder) != 0)
        {
            throw new SecretStoreException(
                $"{path} can be read by others, and its file system doesn't let that be changed. Set LATCHKEY_HOME to a folder elsewhere.");
        }
    }

    /// <summary>Replaces in one step. On Windows a virus scanner or a reader of another make can stand in the way for a moment.</summary>
    private async ValueTask ReplaceAsync(string from, string to, CancellationToken cancellationToken)
    {
        for (var pauses = 0; ; pauses++)
        {
            try
            {
                File.Move(from, to, overwrite: true);
                return;
            }
            catch (Exception exception) when (OperatingSystem.IsWindows() && pauses < ReaderPauses && IsTrouble(exception))
            {
                await Task.Delay(ReaderPause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes what writers left that were killed: secrets in files that nobody reads any more.</summary>
    private void Sweep()
    {
        foreach (var temporary in Directory.EnumerateFiles(_path, $".*{TemporarySuffix}"))
        {
            if (File.GetLastWriteTimeUtc(temporary) < time.GetUtcNow().UtcDateTime - LeftBehind)
            {
                Discard(temporary);
            }
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            // The next sweep tries again; what the caller wanted to say matters more.
        }
    }

    private static SecretStoreException NotOurs(string path) =>
        new($"{path} belongs to another user, so no secrets are kept there. Remove it, or set LATCHKEY_HOME to a folder of your own.");

    private static string Name(UnixEntryKind kind) => kind switch
    {
        UnixEntryKind.File => "a file",
        UnixEntryKind.Folder => "a folder",
        UnixEntryKind.Link => "a symbolic link",
        _ => "a device or pipe",
    };

    private static bool IsTrouble(Exception exception) =>
        exception is (IOException or UnauthorizedAccessException) and not SecretStoreException;
}
