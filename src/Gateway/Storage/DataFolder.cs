using Latchkey.Gateway.Configuration;

namespace Latchkey.Gateway.Storage;

/// <summary>
/// The folder of everything that the gateway keeps: only its owner may enter it, and only one gateway at a time may use it,
/// since at its start a gateway settles whatever it finds open there.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockName = "gateway.lock";

    private const UnixFileMode OwnerOnlyFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // The system lets go of it when the process dies, however it dies.
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    /// <exception cref="SettingException">The folder can't be made or written, or another gateway uses it.</exception>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(full);
            }
            else
            {
                Directory.CreateDirectory(full, OwnerOnlyFolder);
            }

            var probe = System.IO.Path.Combine(full, ".write-test");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"DATA_DIR: the folder {full} can't be written ({e.Message}).");
        }

        try
        {
            return new DataFolder(full, new FileStream(System.IO.Path.Combine(full, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new SettingException($"DATA_DIR: another gateway uses {full}. Give each its own folder.");
        }
    }

    public void Dispose() => _lock.Dispose();

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The file's text, or null when it isn't there.</summary>
    public string? ReadText(string name)
    {
        var path = PathOf(name);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>Writes a file that only its owner can read, whole or not at all.</summary>
    public void WriteSecret(string name, string text)
    {
        var path = PathOf(name);
        var fresh = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnlyFile;
        }

        using (var stream = new FileStream(fresh, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
