using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Tokens.Revocation;
using Latchkey.Gateway.Tokens.SigningKeys;
using Latchkey.Protocol;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Tokens;

/// <summary>Makes wrapper tokens.</summary>
internal sealed class WrapperTokenMint(SigningKeyRing keys, ModelAllowlist models, Revocations revocations, IOptions<TokenOptions> options, TimeProvider time)
{
    /// <summary>A first token: a new session of this device.</summary>
    public TokenResponse ForDevice(string deviceId) => Mint(new Caller
    {
        DeviceId = deviceId,
        Models = models.Patterns,
        SessionId = NewId("ses"),
        TokenId = NewId("tok"),
        ExpiresAt = Expiry(),
    });

    /// <summary>The next token of a session: what it may use follows the server's policy of today.</summary>
    public TokenResponse Renew(Caller caller) => Mint(caller with
    {
        Models = models.Patterns,
        TokenId = NewId("tok"),
        ExpiresAt = Expiry(),
    });

    private TokenResponse Mint(Caller caller)
    {
        // In the second in which everything was taken back, what is new is dated after it: less ahead than clocks may differ.
        var (now, notBefore) = (time.GetUtcNow(), revocations.NotBefore(caller.DeviceId));
        var text = Base64Url.EncodeToString(WrapperTokenJson.WriteHeader(keys.Signing.Id)) + "."
            + Base64Url.EncodeToString(WrapperTokenJson.WritePayload(caller, now > notBefore ? now : notBefore));
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        keys.Signing.Sign(Encoding.ASCII.GetBytes(text), signature);
        var token = $"{text}.{Base64Url.EncodeToString(signature)}";
        return token.Length <= WrapperToken.MaxLength
            ? new TokenResponse
            {
                WrapperToken = token,
                ProxyBaseUrl = options.Value.ProxyBaseUrl!.TrimEnd('/'),
                ExpiresAt = ProtocolJson.Instant(caller.ExpiresAt),
            }
            : throw new SettingException("ALLOWED_MODELS is too long to fit into a token: use aliases or * patterns.");
    }

    // Whole seconds: what the client is told is what the token says.
    private DateTimeOffset Expiry() =>
        DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() + (long)Math.Round(options.Value.LifetimeHours * 3600));

    private static string NewId(string kind) => $"{kind}_{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
}
