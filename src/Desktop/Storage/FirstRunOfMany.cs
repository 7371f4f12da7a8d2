namespace Latchkey.Desktop.Storage;

/// <summary>
/// Whether this run of the app is the first of those that use the folder at the moment. A second start is a second window with a process of
/// its own; both keep their conversations in the same file.
/// </summary>
internal sealed class FirstRunOfMany : IDisposable
{
    private readonly FileStream? _lock;

    public FirstRunOfMany(string folder)
    {
        var path = Path.Combine(folder, "desktop.lock");
        try
        {
            PrivateFiles.MakeFile(path);
            _lock = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            // Another run has it.
        }
    }

    public bool IsFirst => _lock is not null;

    public void Dispose() => _lock?.Dispose();
}
