using System.Security.Cryptography;
using System.Text;

namespace Latchkey.Simulator.Bookkeeping;

/// <summary>One request as it came off the wire.</summary>
internal sealed record Received
{
    public required string Method { get; init; }

    public required string PathAndQuery { get; init; }

    /// <summary>Every header line, in order, a name as often as it was sent.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>When its headers were read.</summary>
    public required DateTimeOffset At { get; init; }

    public long BodyBytes { get; init; }

    /// <summary>Lower-case hexadecimal; of nothing when there was no body.</summary>
    public string BodySha256 { get; init; } = "";

    /// <summary>The bytes themselves, when the tally keeps bodies.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The SHA-256 of the key that it was judged by, lower-case hexadecimal; null without one.</summary>
    public string? ApiKeySha256 { get; init; }

    /// <summary>Its beginning and its end, as the API's list of keys shows them; null without one.</summary>
    public string? ApiKeyHint { get; init; }

    /// <summary>The model that was asked for; null when the call names none.</summary>
    public string? Model { get; init; }

    /// <summary>Whether the call carried exactly this key.</summary>
    public bool CameWithKey(string apiKey) => ApiKeySha256 == HashOfKey(apiKey);

    /// <summary>Every value sent under this name, in order.</summary>
    public IReadOnlyList<string> HeaderValues(string name) =>
        [.. Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];

    /// <summary>As <c>sk-ant-api03-R2D...igAA</c>; less of it when the key is short.</summary>
    public static string HintOfKey(string apiKey) => $"{apiKey[..Math.Min(16, apiKey.Length / 2)]}...{apiKey[^Math.Min(4, apiKey.Length / 4)..]}";

    public static string HashOfKey(string apiKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(apiKey)));
}
