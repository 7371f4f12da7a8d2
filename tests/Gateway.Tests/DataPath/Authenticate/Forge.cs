using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Latchkey.Gateway.DataPath.Authenticate;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Authenticate;

/// <summary>Makes tokens with the right key, whatever they say, and a verifier with a clock to move.</summary>
internal sealed class Forge
{
    public const string KeyId = "0123456789abcdef";
    public const string Header = $$"""{"alg":"HS256","typ":"at+jwt","kid":"{{KeyId}}"}""";

    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("a-secret-of-more-than-thirty-two-bytes!");

    public Forge() => Verifier = new WrapperTokenVerifier(Keys, Time);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));

    public Ring Keys { get; } = new();

    public WrapperTokenVerifier Verifier { get; }

    public long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    public string Payload(string device = "a-device-0001", string more = "", string? exp = null, string? iat = null, string models = """["claude-*"]""") =>
        $$"""{"iss":"latchkey","aud":"latchkey-gateway","device_id":"{{device}}","models":{{models}},"sid":"ses_1","gen":1,"jti":"tok_1","iat":{{iat ?? $"{Now}"}},"exp":{{exp ?? $"{Now + 3600}"}}{{more}}}""";

    public string Token(string? payload = null, string header = Header) => Sign(Encode(header) + "." + Encode(payload ?? Payload()));

    public static string Sign(string text) => text + "." + Base64Url.EncodeToString(HMACSHA256.HashData(Secret, Encoding.UTF8.GetBytes(text)));

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Keys that a test can take away or change.</summary>
    internal sealed class Ring : IVerificationKeys
    {
        public VerificationKeySet? Current { get; set; } = new(1, [new VerificationKey(KeyId, Secret)]);

        public void Rotate() => Current = new VerificationKeySet(Current!.Version + 1, [new VerificationKey("another", RandomNumberGenerator.GetBytes(32))]);
    }
}
