using System.Security.Cryptography;

namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>One HS256 key (RFC 7518, 3.2).</summary>
internal sealed class VerificationKey(string id, byte[] secret)
{
    /// <summary>The only algorithm that a token checked with this key may name.</summary>
    public const string Algorithm = "HS256";

    /// <summary>Name of the key in a token's <c>kid</c>.</summary>
    public string Id { get; } = id;

    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, signed, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    public void Sign(ReadOnlySpan<byte> text, Span<byte> signature) => HMACSHA256.HashData(secret, text, signature);

    public override string ToString() => $"VerificationKey({Id})";
}
