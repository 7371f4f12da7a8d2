using System.Security.Cryptography;
using System.Text;
using Latchkey.Gateway.Configuration;

namespace Latchkey.Gateway.Identity.Operators;

/// <summary>The operator's credential, known only by its hash.</summary>
internal sealed class OperatorCredential
{
    private readonly byte[] _hash;

    private OperatorCredential(byte[] hash, string? justGenerated)
    {
        _hash = hash;
        JustGenerated = justGenerated;
    }

    /// <summary>The credential itself when this start has made it: to be printed once, never logged.</summary>
    public string? JustGenerated { get; }

    /// <summary>From ADMIN_API_KEY, from the hash that was kept, or, in development only, a new one.</summary>
    public static OperatorCredential Load(string? configured, bool development, string? keptHash, Action<string> keepHash)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return configured.Length >= OperatorOptions.MinLength
                ? new OperatorCredential(Hash(configured), null)
                : throw new SettingException($"ADMIN_API_KEY is too short: it needs {OperatorOptions.MinLength} characters or more. Make one with: openssl rand -hex 32");
        }

        if (!development)
        {
            throw new SettingException("ADMIN_API_KEY is missing: it is the operator's credential. Make one with: openssl rand -hex 32");
        }

        if (keptHash is { Length: SHA256.HashSizeInBytes * 2 })
        {
            return new OperatorCredential(Convert.FromHexString(keptHash), null);
        }

        var fresh = $"lka_{RandomNumberGenerator.GetHexString(40, lowercase: true)}";
        keepHash(Convert.ToHexStringLower(Hash(fresh)));
        return new OperatorCredential(Hash(fresh), fresh);
    }

    public bool Is(string presented) => CryptographicOperations.FixedTimeEquals(Hash(presented), _hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
