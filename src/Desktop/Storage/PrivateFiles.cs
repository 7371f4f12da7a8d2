namespace Latchkey.Desktop.Storage;

/// <summary>Files that only the person reads. Windows gives a profile's folders such rights by itself.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OnlyOwner | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes an empty file unless one is there; SQLite's own files beside it take over its rights.</summary>
    public static void MakeFile(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OnlyOwner;
        }

        new FileStream(path, options).Dispose();
    }
}
