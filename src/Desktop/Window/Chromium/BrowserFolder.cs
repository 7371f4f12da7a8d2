using System.Net;
using System.Text.Json;

namespace Latchkey.Desktop.Window.Chromium;

/// <summary>
/// A folder that one running browser has for itself: its profile, so that its process is no other's and ends with the window, and the page
/// that it starts with. A second window takes the next folder. Only the person can look inside.
/// </summary>
internal sealed class BrowserFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int MaxWindows = 100;

    private readonly FileStream _lock;

    private BrowserFolder(string path, FileStream @lock)
    {
        _lock = @lock;
        Profile = Path.Combine(path, "profile");
        Crashes = Path.Combine(path, "crashes");
        EntryPage = Path.Combine(path, "enter.html");
    }

    public string Profile { get; }

    public string Crashes { get; }

    public string EntryPage { get; }

    /// <exception cref="WindowUnavailableException">The folder can't be used, or a hundred windows are open.</exception>
    public static BrowserFolder Take(string dataFolder)
    {
        try
        {
            for (var i = 1; i <= MaxWindows; i++)
            {
                var path = Path.Combine(dataFolder, $"browser-{i}");
                MakePrivate(path);
                if (TryLock(Path.Combine(path, "lock")) is { } held)
                {
                    return new(path, held);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WindowUnavailableException($"The browser's folder in {dataFolder} can't be used: {failure.Message}");
        }

        throw new WindowUnavailableException($"{MaxWindows} windows are open.");
    }

    /// <summary>
    /// Writes the page that goes on to the address. Other users of the machine can read a browser's command line, and with it a code that
    /// works once before the browser has used it; they can't read this file.
    /// </summary>
    public void WriteEntryPage(Uri address, string title)
    {
        File.Delete(EntryPage);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(EntryPage, options);
        writer.Write($"""
            <!doctype html>
            <meta charset="utf-8">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <script>location.replace({JsonSerializer.Serialize(address.AbsoluteUri)})</script>
            """);
    }

    public void Dispose()
    {
        File.Delete(EntryPage);
        DeleteSocket();
        _lock.Dispose();
    }

    /// <summary>A browser that was ended from outside leaves its socket behind, in a temporary folder that its profile links to.</summary>
    private void DeleteSocket()
    {
        if (new FileInfo(Path.Combine(Profile, "SingletonSocket")).LinkTarget is not { } socket || !File.Exists(socket))
        {
            return;
        }

        var folder = Path.GetDirectoryName(socket)!;
        File.Delete(socket);
        File.Delete(Path.Combine(folder, "SingletonCookie"));
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // The person's own folders inherit rights that shut others out.
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, OwnerOnly);
        File.SetUnixFileMode(path, OwnerOnly);
    }

    private static FileStream? TryLock(string file)
    {
        try
        {
            return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
    }
}
