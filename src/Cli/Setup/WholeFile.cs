namespace Latchkey.Cli.Setup;

/// <summary>Writes files whole: a reader, and a crash, find the old one or the new one.</summary>
internal static class WholeFile
{
    /// <summary>Null where there is no such file, or the system has no such modes.</summary>
    public static UnixFileMode? ModeOf(string path) => OperatingSystem.IsWindows() || !File.Exists(path) ? null : File.GetUnixFileMode(path);

    /// <param name="path">The file itself: a link in its place would be replaced.</param>
    /// <param name="bytes">All that it holds.</param>
    /// <param name="mode">Its mode; null: as the system gives it.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.WriteThrough };
        if (mode is { } restricted && !OperatingSystem.IsWindows())
        {
            // Never wider than it will be, not even for a moment.
            options.UnixCreateMode = restricted;
        }

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            if (mode is { } exact && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, exact);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
