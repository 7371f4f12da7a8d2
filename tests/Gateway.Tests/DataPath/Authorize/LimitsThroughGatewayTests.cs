using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.Tests.Storage.Redis;
using Latchkey.Gateway.Tokens.SigningKeys;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Authorize;

public class LimitsThroughGatewayTests
{
    private const string Secret = "a-secret-that-two-gateways-share-0123456789";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    [Fact]
    public async Task the_hundred_and_first_request_of_a_minute_is_a_real_429()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Limits:RequestsPerWindow", "100")], time: _time);
        var token = await gateway.TokenAsync();
        for (var i = 0; i < 100; i++)
        {
            var passed = await gateway.SendAsync(Calls.Message(token, stream: i % 2 == 0));
            passed.Status.Should().Be(HttpStatusCode.OK);
            passed.Header("anthropic-ratelimit-requests-remaining").Should().Be((99 - i).ToString(CultureInfo.InvariantCulture));
        }

        var refused = await gateway.SendAsync(Calls.Message(token));

        refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Text.Should().Contain("\"type\":\"rate_limit_error\"").And.Contain("100 requests per 60 s for this device");
        int.Parse(refused.Header("retry-after")!, null).Should().BeInRange(1, 60);
        refused.Header("anthropic-ratelimit-requests-limit").Should().Be("100");
        refused.Header("anthropic-ratelimit-requests-remaining").Should().Be("0");
        DateTimeOffset.Parse(refused.Header("anthropic-ratelimit-requests-reset")!, CultureInfo.InvariantCulture).Should().BeAfter(_time.GetUtcNow());
        gateway.Tally.Rows().Should().HaveCount(100);
        (await gateway.LedgerAsync(100)).Should().HaveCount(100, "what wasn't let in has no row");

        (await gateway.SendAsync(Calls.Message(await gateway.TokenAsync("another-device-0001")))).Status.Should().Be(HttpStatusCode.OK);
        (await CountAsync(gateway, token)).Status.Should().Be(HttpStatusCode.OK, "counting has a limit of its own");
        _time.Advance(TimeSpan.FromSeconds(int.Parse(refused.Header("retry-after")!, null)));
        (await gateway.SendAsync(Calls.Message(token))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(500, 10)]
    public async Task a_tokens_own_limit_can_only_narrow(int claimed, int counts)
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Limits:RequestsPerWindow", "10")], time: _time);
        var token = TokenWith(gateway, claimed);

        var first = await gateway.SendAsync(Calls.Message(token));

        first.Header("anthropic-ratelimit-requests-limit").Should().Be(counts.ToString(CultureInfo.InvariantCulture));
        for (var i = 1; i < counts; i++)
        {
            (await gateway.SendAsync(Calls.Message(token))).Status.Should().Be(HttpStatusCode.OK);
        }

        (await gateway.SendAsync(Calls.Message(token))).Status.Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task counting_tokens_has_a_limit_of_its_own()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Limits:CountTokensPerWindow", "4"), ("Latchkey:Limits:RequestsPerWindow", "2")], time: _time);
        var token = await gateway.TokenAsync();
        for (var i = 0; i < 4; i++)
        {
            (await CountAsync(gateway, token)).Status.Should().Be(HttpStatusCode.OK);
        }

        var refused = await CountAsync(gateway, token);

        refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Text.Should().Contain("count_tokens");
        (await gateway.SendAsync(Calls.Message(token))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task an_address_has_a_limit_over_all_its_devices()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Limits:RequestsPerAddress", "3")], time: _time);
        for (var i = 0; i < 3; i++)
        {
            (await gateway.SendAsync(Calls.Message(await gateway.TokenAsync($"device-of-address-{i}")))).Status.Should().Be(HttpStatusCode.OK);
        }

        var refused = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync("device-of-address-9")));

        refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Text.Should().Contain("for this address");
        refused.Header("retry-after").Should().NotBeNull();
    }

    [Fact]
    public async Task two_gateways_on_one_redis_share_one_limit_and_serve_on_without_it()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        (string, string)[] settings =
        [
            ("Latchkey:Redis:Url", redis.Url), ("Latchkey:Tokens:Secret", Secret),
            ("Latchkey:Limits:RequestsPerWindow", "6"), ("Latchkey:Limits:Window", "01:00:00"),
        ];
        await using var first = await TestGateway.StartAsync(settings, time: _time);
        await using var second = await TestGateway.StartAsync(settings, time: _time);
        await UntilReadyzAsync(first, warns: false);
        await UntilReadyzAsync(second, warns: false);
        var token = await first.TokenAsync();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            statuses.Add((await (i % 2 == 0 ? first : second).SendAsync(Calls.Message(token))).Status);
        }

        statuses.Count(s => s == HttpStatusCode.OK).Should().Be(6);
        statuses[6..].Should().OnlyContain(s => s == HttpStatusCode.TooManyRequests);

        await redis.KillAsync();
        await UntilReadyzAsync(first, warns: true);
        var alone = await first.SendAsync(Calls.Message(await first.TokenAsync("another-device-0001")));
        alone.Status.Should().Be(HttpStatusCode.OK, "an outage of Redis stops nobody");
    }

    private static Task<Delivered> CountAsync(TestGateway gateway, string token) => gateway.SendAsync(TestGateway.Call(
        token, "/v1/messages/count_tokens", """{"model":"claude-sonnet-5-5","messages":[{"role":"user","content":"Hello"}]}"""));

    private static string TokenWith(TestGateway gateway, int rateLimit)
    {
        var keys = gateway.Services.GetRequiredService<SigningKeyRing>();
        var now = gateway.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var caller = new Caller
        {
            DeviceId = "device-with-limit-0001",
            Models = ["*"],
            RateLimit = rateLimit,
            TokenId = "tok_1",
            SessionId = "ses_1",
            ExpiresAt = now.AddHours(1),
        };
        var text = Base64Url.EncodeToString(WrapperTokenJson.WriteHeader(keys.Signing.Id)) + "."
            + Base64Url.EncodeToString(WrapperTokenJson.WritePayload(caller, now));
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        keys.Signing.Sign(Encoding.ASCII.GetBytes(text), signature);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Redis is looked after in the gateway's time, which only moves here.</summary>
    private Task UntilReadyzAsync(TestGateway gateway, bool warns) => Eventually.TrueAsync(
        async () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            var ready = await gateway.Http.GetAsync(new Uri("/readyz", UriKind.Relative));
            ready.StatusCode.Should().Be(HttpStatusCode.OK);
            return (await ready.Content.ReadAsStringAsync()).Contains("\"warnings\":[\"", StringComparison.Ordinal) == warns;
        },
        warns ? "/readyz should warn" : "Redis should be found");
}
