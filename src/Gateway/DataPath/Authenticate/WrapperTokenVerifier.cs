using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Latchkey.Protocol;

namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>
/// Verifies wrapper tokens: JWTs (RFC 7519) in the one form that we mint. Algorithm, type, issuer and audience are fixed,
/// and whatever we wouldn't have written ourselves is refused (RFC 8725): other header members, duplicate claims, padded
/// or non-canonical base64url. The text of a token is therefore unique, and its hash is a safe cache key.
/// </summary>
internal sealed class WrapperTokenVerifier(IVerificationKeys keys, TimeProvider time)
{
    /// <summary>How far the clocks of two gateways may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>How long a verified token is believed without being looked at again.</summary>
    public static readonly TimeSpan CacheFor = TimeSpan.FromSeconds(60);

    /// <summary>Tokens remembered at the most; about 300 bytes each.</summary>
    public const int CacheLimit = 50_000;

    private readonly ConcurrentDictionary<TokenHash, Verified> _cache = new();
    private int _cacheVersion = -1;

    /// <summary>Looks at a token without its <c>sk-ant-proxy-</c>. Never throws on any text.</summary>
    public Verification Verify(string token)
    {
        if (keys.Current is not { } set)
        {
            return new Verification.Unknown();
        }

        if (token.Length is 0 or > WrapperToken.MaxLength)
        {
            return new Verification.Invalid("length");
        }

        if (Interlocked.Exchange(ref _cacheVersion, set.Version) != set.Version)
        {
            _cache.Clear();
        }

        var hash = TokenHash.Of(token);
        var now = time.GetUtcNow();
        if (_cache.TryGetValue(hash, out var known) && known.Version == set.Version && now < known.Until)
        {
            return known.Verification;
        }

        var verification = VerifyText(token, set, now);
        if (verification is Verification.Valid valid)
        {
            Remember(hash, valid, set.Version, now);
        }

        return verification;
    }

    private void Remember(TokenHash hash, Verification.Valid valid, int version, DateTimeOffset now)
    {
        if (_cache.Count >= CacheLimit)
        {
            // Rare and cheap beside fifty thousand verifications: whoever still calls is back after one of its own.
            _cache.Clear();
        }

        var expiry = valid.Caller.ExpiresAt + Skew;
        var until = now + CacheFor < expiry ? now + CacheFor : expiry;
        _cache[hash] = new Verified(valid, until, version);
    }

    private static Verification VerifyText(string token, VerificationKeySet set, DateTimeOffset now)
    {
        var firstDot = token.IndexOf('.', StringComparison.Ordinal);
        var lastDot = token.LastIndexOf('.');
        if (firstDot <= 0 || lastDot == firstDot || token.IndexOf('.', firstDot + 1) != lastDot)
        {
            return new Verification.Invalid("parts");
        }

        if (!TryDecode(token.AsSpan(0, firstDot), out var header)
            || !TryDecode(token.AsSpan(firstDot + 1, lastDot - firstDot - 1), out var payload)
            || !TryDecode(token.AsSpan(lastDot + 1), out var signature))
        {
            return new Verification.Invalid("base64url");
        }

        if (WrapperTokenJson.ReadHeader(header) is not { } keyId)
        {
            return new Verification.Invalid("header");
        }

        if (set.Find(keyId) is not { } key)
        {
            return new Verification.Invalid("key");
        }

        // Signature before claims: nothing of the payload is believed, or parsed, before it.
        if (!key.Verifies(Encoding.ASCII.GetBytes(token, 0, lastDot), signature))
        {
            return new Verification.Invalid("signature");
        }

        if (WrapperTokenJson.ReadPayload(payload) is not { } claims)
        {
            return new Verification.Invalid("claims");
        }

        if (now + Skew < claims.IssuedAt)
        {
            return new Verification.Invalid("issued in the future");
        }

        return now >= claims.Caller.ExpiresAt + Skew
            ? new Verification.Expired(claims.Caller)
            : new Verification.Valid(claims.Caller);
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, bytes, out var consumed, out var written) != OperationStatus.Done || consumed != text.Length)
        {
            return false;
        }

        Array.Resize(ref bytes, written);

        // The decoder takes padding, white space and stray low bits; only one spelling may pass.
        return text.SequenceEqual(Base64Url.EncodeToString(bytes));
    }

    private readonly record struct Verified(Verification.Valid Verification, DateTimeOffset Until, int Version);

    /// <summary>The full SHA-256 of a token: a cache that compares less hands one caller another's identity.</summary>
    private readonly record struct TokenHash(Int128 High, Int128 Low)
    {
        public static TokenHash Of(string token)
        {
            Span<byte> text = stackalloc byte[WrapperToken.MaxLength * 3];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(text[..Encoding.UTF8.GetBytes(token, text)], hash);
            return new TokenHash(
                System.Buffers.Binary.BinaryPrimitives.ReadInt128LittleEndian(hash),
                System.Buffers.Binary.BinaryPrimitives.ReadInt128LittleEndian(hash[16..]));
        }
    }
}
