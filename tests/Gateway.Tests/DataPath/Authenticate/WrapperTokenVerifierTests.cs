using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Tests.DataPath.Authenticate;

public class WrapperTokenVerifierTests
{
    private readonly Forge _forge = new();

    public static TheoryData<string, string> Headers => new()
    {
        { "none", """{"alg":"none","typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "NoNe", """{"alg":"NoNe","typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "other algorithm", """{"alg":"HS384","typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "asymmetric", """{"alg":"ES256","typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "lower case", """{"alg":"hs256","typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "algorithm of another type", """{"alg":256,"typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "no algorithm", """{"typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "algorithm twice", """{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "algorithm twice, once escaped", """{"\u0061lg":"none","alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "type of another kind", """{"alg":"HS256","typ":"JWT","kid":"0123456789abcdef"}""" },
        { "refresh type", """{"alg":"HS256","typ":"rt+jwt","kid":"0123456789abcdef"}""" },
        { "no type", """{"alg":"HS256","kid":"0123456789abcdef"}""" },
        { "no key id", """{"alg":"HS256","typ":"at+jwt"}""" },
        { "unknown key", """{"alg":"HS256","typ":"at+jwt","kid":"ffffffffffffffff"}""" },
        { "key id with a path", """{"alg":"HS256","typ":"at+jwt","kid":"../../etc/passwd' OR 1=1--"}""" },
        { "key id null", """{"alg":"HS256","typ":"at+jwt","kid":null}""" },
        { "critical", """{"alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef","crit":["exp"]}""" },
        { "unencoded", """{"alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef","b64":false}""" },
        { "own key", """{"alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef","jwk":{"kty":"oct","k":"AAAA"}}""" },
        { "key elsewhere", """{"alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef","jku":"https://evil.example/k"}""" },
        { "certificate elsewhere", """{"alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef","x5u":"https://evil.example/k"}""" },
        { "array", """["HS256"]""" },
        { "empty", "" },
        { "trailing", """{"alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef"} {}""" },
        { "comment", """{"alg":"HS256",/**/"typ":"at+jwt","kid":"0123456789abcdef"}""" },
        { "lone surrogate", """{"alg":"HS256","typ":"at+jwt","kid":"\ud800"}""" },
        { "lone surrogate as name", """{"\ud800":1,"alg":"HS256","typ":"at+jwt","kid":"0123456789abcdef"}""" },
    };

    public static TheoryData<string, string> Payloads
    {
        get
        {
            var f = new Forge();
            string With(string from, string to) => f.Payload().Replace(from, to, StringComparison.Ordinal);
            return new()
            {
                { "no exp", With(",\"exp\":" + (f.Now + 3600).ToString(CultureInfo.InvariantCulture), "") },
                { "no iat", With(",\"iat\":" + f.Now.ToString(CultureInfo.InvariantCulture), "") },
                { "exp is text", f.Payload(exp: "\"9999999999\"") },
                { "exp is huge", f.Payload(exp: "1e300") },
                { "exp is a fraction", f.Payload(exp: "9999999999.5") },
                { "exp is beyond time", f.Payload(exp: "999999999999") },
                { "exp is negative", f.Payload(exp: "-1") },
                { "exp is null", f.Payload(exp: "null") },
                { "exp before iat", f.Payload(iat: "1700000000", exp: "1600000000") },
                { "iat in the future", f.Payload(iat: $"{f.Now + 6}") },
                { "exp twice", f.Payload(more: ",\"exp\":9999999999") },
                { "exp twice, once escaped", f.Payload(more: ",\"\\u0065xp\":9999999999") },
                { "device twice", f.Payload(more: ",\"device_id\":\"another-device\"") },
                { "audience is a list", With("\"latchkey-gateway\"", "[\"latchkey-gateway\"]") },
                { "audience of another kind", With("latchkey-gateway", "latchkey-refresh") },
                { "another issuer", With("\"iss\":\"latchkey\"", "\"iss\":\"evil\"") },
                { "no device", With("\"device_id\":\"a-device-0001\",", "") },
                { "empty device", With("a-device-0001", "") },
                { "device is a number", With("\"a-device-0001\"", "12345678") },
                { "device is half a character", With("a-device-0001", "\\udc00-device-0001") },
                { "no models", With("\"models\":[\"claude-*\"],", "") },
                { "models is text", With("[\"claude-*\"]", "\"claude-*\"") },
                { "models holds a number", With("[\"claude-*\"]", "[\"claude-*\",1]") },
                { "models holds a list", With("[\"claude-*\"]", "[[\"claude-*\"]]") },
                { "too many models", f.Payload(models: "[" + string.Join(',', Enumerable.Repeat("\"a\"", 201)) + "]") },
                { "rate limit of nothing", f.Payload(more: ",\"rate_limit\":0") },
                { "rate limit is huge", f.Payload(more: ",\"rate_limit\":99999999999") },
                { "negative spend", f.Payload(more: ",\"spend_cap\":-1") },
                { "spend is not a number", f.Payload(more: ",\"spend_cap\":NaN") },
                { "a list", "[" + f.Payload() + "]" },
                { "text", "\"" + "x" + "\"" },
                { "null", "null" },
                { "empty", "" },
                { "two", f.Payload() + f.Payload() },
                { "byte order mark", "\uFEFF" + f.Payload() },
                { "deep", f.Payload(more: ",\"x\":" + new string('[', 500) + new string(']', 500)) },
                { "cut", f.Payload()[..^1] },
            };
        }
    }

    [Fact]
    public void a_token_of_ours_is_valid()
    {
        var caller = Valid(_forge.Token(_forge.Payload(more: ",\"user_id\":\"u\",\"org_id\":\"o\",\"rate_limit\":5,\"spend_cap\":1.5,\"from_the_future\":{\"a\":[1]}")));

        caller.DeviceId.Should().Be("a-device-0001");
        caller.UserId.Should().Be("u");
        caller.OrgId.Should().Be("o");
        caller.RateLimit.Should().Be(5);
        caller.SpendCap.Should().Be(1.5m);
        caller.Models.Should().Equal("claude-*");
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void a_header_that_we_wouldnt_write_is_refused(string why, string header) => Invalid(_forge.Token(header: header), why);

    [Theory]
    [MemberData(nameof(Payloads))]
    public void claims_that_we_wouldnt_write_are_refused(string why, string payload) => Invalid(_forge.Token(payload), why);

    [Fact]
    public void only_one_spelling_of_a_token_is_valid()
    {
        var token = _forge.Token();
        var parts = token.Split('.');
        Valid(token);

        foreach (var variant in new[]
        {
            token + "=", token + "==", parts[0] + "=." + parts[1] + "." + parts[2], parts[0] + "." + parts[1] + "==." + parts[2],
            token + " ", " " + token, token + "\n", token + ".", "." + token, token + "." + parts[2], token.Replace('.', ':'),
            parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".", parts[0] + ".." + parts[2], ".." + parts[2], "..", ".", "",
            token.ToUpperInvariant(), token.Insert(5, " "), token.Insert(5, "\t"), token.Insert(5, "\0"), token.Insert(5, "é"), token.Insert(5, "\ud800"),
        })
        {
            Invalid(variant, variant);
        }
    }

    [Fact]
    public void stray_low_bits_are_refused()
    {
        // 32 bytes leave four bits of the last character unused: fifteen other characters decode to the same signature.
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = _forge.Token();
        Valid(token);

        foreach (var last in alphabet.Where(c => c != token[^1]))
        {
            Invalid(token[..^1] + last, $"ends in {last}");
        }
    }

    [Fact]
    public void a_signature_of_another_length_or_key_is_refused()
    {
        var text = _forge.Token()[.._forge.Token().LastIndexOf('.')];
        foreach (var signature in new[] { [], new byte[32], new byte[31], new byte[33], new byte[64], RandomNumberGenerator.GetBytes(32), HMACSHA256.HashData(Array.Empty<byte>(), Encoding.ASCII.GetBytes(text)) })
        {
            Invalid($"{text}.{Base64Url.EncodeToString(signature)}", $"{signature.Length} bytes");
        }
    }

    [Fact]
    public void what_is_too_long_is_refused_before_it_is_looked_at()
    {
        Invalid(_forge.Token(_forge.Payload(more: $",\"x\":\"{new string('a', WrapperToken.MaxLength)}\"")), "signed, but long");
        Invalid(new string('a', 300_000), "300 kB");
        Invalid("ey" + new string('.', 100_000), "dots");
        Invalid(new string('é', WrapperToken.MaxLength), "three bytes a character");
    }

    [Fact]
    public void an_allow_list_as_long_as_servers_may_have_fits()
    {
        var models = Enumerable.Range(0, 200).Select(i => $"\"m-{i}\"").ToArray();

        Valid(_forge.Token(_forge.Payload(models: $"[{string.Join(',', models)}]"))).Models.Should().HaveCount(200);
    }

    [Fact]
    public void expiry_is_told_from_invalidity_and_honours_the_skew()
    {
        var token = _forge.Token();

        _forge.Time.Advance(TimeSpan.FromSeconds(3604));
        Valid(token);
        _forge.Time.Advance(TimeSpan.FromSeconds(1));
        _forge.Verifier.Verify(token).Should().BeOfType<Verification.Expired>().Which.Caller.DeviceId.Should().Be("a-device-0001");
    }

    [Fact]
    public void a_gateway_whose_clock_is_behind_takes_new_tokens()
    {
        Valid(_forge.Token(_forge.Payload(iat: $"{_forge.Now + 5}")));
        Invalid(_forge.Token(_forge.Payload(iat: $"{_forge.Now + 6}")), "six seconds ahead");
    }

    [Fact]
    public void the_cache_never_outlives_the_token()
    {
        var token = _forge.Token(_forge.Payload(exp: $"{_forge.Now + 10}"));
        Valid(token);
        for (var second = 1; second < 15; second++)
        {
            _forge.Time.Advance(TimeSpan.FromSeconds(1));
            Valid(token);
        }

        _forge.Time.Advance(TimeSpan.FromSeconds(1));
        _forge.Verifier.Verify(token).Should().BeOfType<Verification.Expired>();
    }

    [Fact]
    public void the_cache_answers_with_the_same_caller_for_a_minute()
    {
        var token = _forge.Token();
        var first = Valid(token);

        Valid(token).Should().BeSameAs(first);
        _forge.Time.Advance(WrapperTokenVerifier.CacheFor);
        Valid(token).Should().NotBeSameAs(first).And.Be(first with { Models = Valid(token).Models });
    }

    [Fact]
    public void tokens_that_begin_alike_are_two_identities()
    {
        var one = _forge.Token(_forge.Payload(device: "a-device-0001"));
        var two = _forge.Token(_forge.Payload(device: "a-device-0002"));
        two[..100].Should().Be(one[..100]);

        Valid(one).DeviceId.Should().Be("a-device-0001");
        Valid(two).DeviceId.Should().Be("a-device-0002");
        Valid(one).DeviceId.Should().Be("a-device-0001");
        Invalid(one[..^10] + two[^10..], "a mixture of two cached tokens");
    }

    [Fact]
    public void a_change_of_keys_empties_the_cache()
    {
        var token = _forge.Token();
        Valid(token);

        _forge.Keys.Rotate();

        Invalid(token, "its key is gone");
    }

    [Fact]
    public void without_keys_nothing_can_be_told()
    {
        var token = _forge.Token();
        Valid(token);

        _forge.Keys.Current = null;

        _forge.Verifier.Verify(token).Should().BeOfType<Verification.Unknown>();
        _forge.Verifier.Verify("nonsense").Should().BeOfType<Verification.Unknown>();
    }

    [Fact]
    public void the_cache_is_bounded_and_forgets_nothing_that_matters()
    {
        var first = _forge.Token();
        Valid(first);
        for (var i = 0; i < WrapperTokenVerifier.CacheLimit + 10; i++)
        {
            _forge.Verifier.Verify(_forge.Token(_forge.Payload(device: $"device-{i:d8}")));
        }

        Valid(first);
        CacheSize().Should().BeLessThanOrEqualTo(WrapperTokenVerifier.CacheLimit);
    }

    [Fact]
    public void a_flood_of_forged_tokens_fills_no_cache()
    {
        for (var i = 0; i < 1000; i++)
        {
            Invalid(_forge.Token()[..^4] + $"{i:d4}", "forged");
        }

        CacheSize().Should().Be(0);
    }

    [Fact]
    public void no_change_to_a_token_is_ever_valid()
    {
        var token = _forge.Token();
        var other = _forge.Token(_forge.Payload(device: "a-device-0002"));
        Valid(token);
        Valid(other);
        var change = Gen.OneOf(
            Gen.Select(Gen.Int[0, token.Length - 1], Gen.Char).Select((at, c) => token[..at] + c + token[(at + 1)..]),
            Gen.Select(Gen.Int[0, token.Length - 1], Gen.Char.AlphaNumeric).Select((at, c) => token[..at] + c + token[(at + 1)..]),
            Gen.Select(Gen.Int[0, token.Length], Gen.Char.AlphaNumeric).Select((at, c) => token.Insert(at, $"{c}")),
            Gen.Int[0, token.Length - 1].Select(at => token.Remove(at, 1)),
            Gen.Select(Gen.Int[0, token.Length], Gen.Int[0, token.Length]).Select((a, b) => token[..Math.Min(a, b)] + token[Math.Max(a, b)..]),
            Gen.Int[1, 200].Select(at => token[..at] + other[at..]),
            Gen.String);

        change.Where(text => text != token && text != other).Sample(
            text => _forge.Verifier.Verify(text) is Verification.Invalid,
            iter: 20_000);
    }

    private int CacheSize() =>
        ((System.Collections.ICollection)typeof(WrapperTokenVerifier)
            .GetField("_cache", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(_forge.Verifier)!).Count;

    private Caller Valid(string token) => _forge.Verifier.Verify(token).Should().BeOfType<Verification.Valid>().Subject.Caller;

    private void Invalid(string token, string why) => _forge.Verifier.Verify(token).Should().BeOfType<Verification.Invalid>(why);
}
