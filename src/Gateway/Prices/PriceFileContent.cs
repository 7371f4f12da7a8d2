using System.Security.Cryptography;
using System.Text;

namespace Latchkey.Gateway.Prices;

/// <summary>What a file said at one moment, or why it couldn't be read.</summary>
internal sealed class PriceFileContent
{
    private PriceFileContent(string setting, string path, byte[]? bytes, string? problem)
    {
        (Setting, Path, Bytes, Problem) = (setting, path, bytes, problem);
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(bytes ?? Encoding.UTF8.GetBytes(problem!)));
    }

    /// <summary>The variable that names the file.</summary>
    public string Setting { get; }

    public string Path { get; }

    /// <summary>Null when it couldn't be read.</summary>
    public byte[]? Bytes { get; }

    /// <summary>Null when it was read.</summary>
    public string? Problem { get; }

    /// <summary>The same for the same content, or the same problem.</summary>
    public string Fingerprint { get; }

    public static PriceFileContent Read(string setting, string path, byte[] bytes) => new(setting, path, bytes, null);

    public static PriceFileContent Unreadable(string setting, string path, string problem) => new(setting, path, null, problem);
}

/// <summary>What both files said at one moment; null where none is set.</summary>
internal sealed record PriceContents(PriceFileContent? Book, PriceFileContent? Overrides)
{
    public string Fingerprint => $"{Book?.Fingerprint}+{Overrides?.Fingerprint}";
}
