namespace Latchkey.Gateway.Prices;

/// <summary>Reads the two files whole. Their content decides, not their times: renames, symbolic links and quick edits are all alike then.</summary>
internal sealed class PriceFiles(PricesOptions options)
{
    /// <summary>Many times what a price book needs; a wrong path is no reason to fill the memory.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Whether there is anything to watch.</summary>
    public bool Any => !string.IsNullOrEmpty(options.File) || !string.IsNullOrEmpty(options.OverridesFile);

    public PriceContents Read() => new(
        Read(PricesOptions.FileVariable, options.File),
        Read(PricesOptions.OverridesVariable, options.OverridesFile));

    private static PriceFileContent? Read(string setting, string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > MaxBytes)
            {
                return PriceFileContent.Unreadable(setting, path, $"is larger than {MaxBytes} bytes");
            }

            // No more than it had a moment ago: one that grows meanwhile is read again.
            var bytes = new byte[file.Length];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return PriceFileContent.Read(setting, path, bytes[..length]);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return PriceFileContent.Unreadable(setting, path, "isn't there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return PriceFileContent.Unreadable(setting, path, $"can't be read ({e.GetType().Name})");
        }
    }
}
