using Latchkey.Gateway.DataPath.Forward.KeyPool;

namespace Latchkey.Gateway.Tests.DataPath.Forward.KeyPool;

public class RateLimitResetTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-22T10:00:00Z", null);

    [Theory]
    [InlineData("retry-after", "12", 12.0)]
    [InlineData("retry-after", "0.5", 0.5)]
    [InlineData("Retry-After", "Sun, 22 Nov 2026 10:00:40 GMT", 40.0)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("retry-after", "86400", 3600.0)]
    [InlineData("retry-after", "99999999999999999999999999999999", 3600.0)]
    [InlineData("retry-after", "Infinity", 3600.0)]
    public void retry_after_is_respected_up_to_an_hour(string name, string value, double seconds)
    {
        RateLimitReset.From(PoolWorld.Headers((name, value)), "ramp_limit_exceeded", Now).Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("retry-after", "0")]
    [InlineData("retry-after", "-5")]
    [InlineData("retry-after", "NaN")]
    [InlineData("retry-after", "soon")]
    [InlineData("retry-after", "Sun, 22 Nov 2026 09:00:00 GMT")]
    [InlineData("request-id", "req_1")]
    [InlineData("anthropic-ratelimit-tokens-reset", "2026-11-22T10:00:30Z")]
    public void an_answer_that_names_no_time_to_come_benches_nothing(string name, string value)
    {
        RateLimitReset.From(PoolWorld.Headers((name, value)), null, Now).Should().BeNull();
    }

    [Fact]
    public void the_latest_of_the_exhausted_limits_counts()
    {
        var headers = PoolWorld.Headers(
            ("retry-after", "5"),
            ("anthropic-ratelimit-requests-remaining", "0"),
            ("anthropic-ratelimit-requests-reset", "2026-11-22T10:00:10Z"),
            ("anthropic-ratelimit-input-tokens-remaining", "0"),
            ("Anthropic-RateLimit-Input-Tokens-Reset", "2026-11-22T11:00:20+01:00"),
            ("anthropic-ratelimit-output-tokens-remaining", "8000"),
            ("anthropic-ratelimit-output-tokens-reset", "2026-11-22T10:00:50Z"));

        RateLimitReset.From(headers, null, Now).Should().Be(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void retry_after_counts_when_it_is_the_later()
    {
        var headers = PoolWorld.Headers(
            ("retry-after", "30"),
            ("anthropic-ratelimit-tokens-remaining", "0"),
            ("anthropic-ratelimit-tokens-reset", "2026-11-22T10:00:10Z"));

        RateLimitReset.From(headers, null, Now).Should().Be(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("enforced_spend_limit_reached")]
    [InlineData("contract_spend_limit_reached")]
    public void a_spend_limit_benches_nothing(string errorCode)
    {
        RateLimitReset.From(PoolWorld.Headers(("retry-after", "30")), errorCode, Now).Should().BeNull();
    }
}
