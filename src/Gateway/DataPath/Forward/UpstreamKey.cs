using System.Security.Cryptography;
using System.Text;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>A master key. It never prints itself: rows and logs name it by its fingerprint.</summary>
internal sealed class UpstreamKey(string value)
{
    /// <summary>The first 8 hex digits of the key's SHA-256: enough to tell keys apart, useless for finding one.</summary>
    public string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, 4));

    public string Reveal() => value;

    public override string ToString() => "UpstreamKey(hidden)";
}
