using System.Security.Cryptography;
using System.Text;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Authenticate;

namespace Latchkey.Gateway.Tokens.SigningKeys;

/// <summary>The key that signs wrapper tokens and, through <see cref="IVerificationKeys"/>, checks them.</summary>
internal sealed class SigningKeyRing : IVerificationKeys
{
    /// <summary>RFC 7518, 3.2: a key as long as the hash at least.</summary>
    private const int MinSecretBytes = 32;

    public SigningKeyRing(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < MinSecretBytes)
        {
            throw new SettingException($"JWT_SECRET has {bytes.Length} bytes; it needs {MinSecretBytes} or more. Make one with: openssl rand -base64 48");
        }

        // A name for the key that says nothing about it: a hash under a label of its own.
        var id = Convert.ToHexStringLower(SHA256.HashData([.. "latchkey key id\n"u8, .. bytes]))[..16];
        Signing = new VerificationKey(id, bytes);
        Current = new VerificationKeySet(1, [Signing]);
    }

    public VerificationKey Signing { get; }

    public VerificationKeySet? Current { get; }
}
