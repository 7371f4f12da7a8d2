using System.Security.Cryptography;
using System.Text;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>A master key. It never prints itself: rows and logs name it by its fingerprint.</summary>
internal sealed class UpstreamKey(string value)
{
    private const string Gap = "...";

    /// <summary>The first 8 hex digits of the key's SHA-256: enough to tell keys apart, useless for finding one.</summary>
    public string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, 4));

    public string Reveal() => value;

    /// <summary>Whether a redacted form of a key, such as <c>sk-ant-api03-R2D...igAA</c>, can be this one's.</summary>
    public bool FitsHint(string hint)
    {
        var cut = hint.IndexOf(Gap, StringComparison.Ordinal);
        return cut > 0
            && value.Length > hint.Length - Gap.Length
            && value.StartsWith(hint[..cut], StringComparison.Ordinal)
            && value.EndsWith(hint[(cut + Gap.Length)..], StringComparison.Ordinal);
    }

    public override string ToString() => "UpstreamKey(hidden)";
}
