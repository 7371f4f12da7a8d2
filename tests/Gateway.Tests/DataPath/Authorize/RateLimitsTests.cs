using System.Net;
using Latchkey.Gateway.DataPath.Authorize;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Authorize;

public sealed class RateLimitsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, 250, TimeSpan.Zero));
    private readonly RateLimitOptions _options = new();

    [Fact]
    public void by_default_a_device_has_a_hundred_requests_a_minute_and_an_address_six_thousand()
    {
        var plan = Plan(Subject());

        plan.Kinds.Should().Equal(RateLimitKind.DeviceRequests, RateLimitKind.AddressRequests);
        plan.Claim.Entries.Should().Equal(
            CounterEntry.OfWindow("req:device-7", 100, 1, Minute), CounterEntry.OfWindow("ip:192.0.2.1", 6000, 1, Minute));
    }

    [Theory]
    [InlineData(null, 100)]
    [InlineData(20L, 20)]
    [InlineData(500L, 100)]
    [InlineData(0L, 1)]
    [InlineData(-3L, 1)]
    public void a_tokens_limit_only_narrows_the_servers(long? tokenLimit, long expected) =>
        Plan(Subject() with { TokenLimit = tokenLimit }).Claim.Entries[0].Limit.Should().Be(expected);

    [Fact]
    public void a_billable_request_takes_from_every_limit_that_is_set()
    {
        SetEverything();

        var plan = Plan(Subject() with { InputTokens = 1234 });

        plan.Kinds.Should().Equal(
            RateLimitKind.DeviceRequests, RateLimitKind.DeviceStreams, RateLimitKind.DeviceInputTokens,
            RateLimitKind.DeviceOutputTokens, RateLimitKind.AddressRequests);
        plan.Claim.Entries.Should().Equal(
            CounterEntry.OfWindow("req:device-7", 100, 1, Minute),
            CounterEntry.OfGauge("str:device-7", 4),
            CounterEntry.OfWindow("in:device-7", 40_000, 1234, Minute),
            CounterEntry.OfWindow("out:device-7", 8_000, 0, Minute),
            CounterEntry.OfWindow("ip:192.0.2.1", 6000, 1, Minute));
    }

    [Fact]
    public void counting_tokens_has_a_limit_of_its_own()
    {
        SetEverything();

        var plan = Plan(Subject() with { Route = RateLimitedRoute.CountTokens, TokenLimit = 5 });

        plan.Claim.Entries.Should().Equal(
            CounterEntry.OfWindow("cnt:device-7", 600, 1, Minute), CounterEntry.OfWindow("ip:192.0.2.1", 6000, 1, Minute));
    }

    [Fact]
    public void other_routes_count_as_requests_and_take_no_tokens()
    {
        SetEverything();

        Plan(Subject() with { Route = RateLimitedRoute.Other }).Kinds
            .Should().Equal(RateLimitKind.DeviceRequests, RateLimitKind.AddressRequests);
    }

    [Fact]
    public void limits_of_zero_are_off()
    {
        _options.RequestsPerAddress = 0;
        _options.CountTokensPerWindow = 0;

        Plan(Subject()).Kinds.Should().Equal(RateLimitKind.DeviceRequests);
        Plan(Subject() with { Route = RateLimitedRoute.CountTokens }).Kinds.Should().BeEmpty();
    }

    [Theory]
    [InlineData("192.0.2.1", "ip:192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "ip:192.0.2.1")]
    [InlineData("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "ip:2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::1", "ip:2001:db8:1:2::/64")]
    public void an_ipv6_client_is_its_network(string address, string key) =>
        Plan(Subject() with { Address = IPAddress.Parse(address) }).Claim.Entries[^1].Key.Should().Be(key);

    [Fact]
    public void a_caller_without_an_address_is_not_limited_by_it() =>
        Plan(Subject() with { Address = null }).Kinds.Should().Equal(RateLimitKind.DeviceRequests);

    [Fact]
    public void an_estimate_above_the_whole_limit_waits_for_an_empty_window()
    {
        SetEverything();

        Plan(Subject() with { InputTokens = 1_000_000 }).Claim.Entries[2].Cost.Should().Be(40_000);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(4001, 1001)]
    public void four_bytes_are_about_a_token(long bytes, long tokens) => RateLimits.EstimateInputTokens(bytes).Should().Be(tokens);

    [Fact]
    public void the_truth_replaces_the_estimates_and_nothing_else()
    {
        SetEverything();

        Plan(Subject() with { InputTokens = 1234 }).Truth(inputTokens: 900, outputTokens: 350).Should().Equal(1, 1, 900, 350, 1);
    }

    [Fact]
    public void a_granted_request_knows_its_callers_figures()
    {
        SetEverything();
        var plan = Plan(Subject() with { InputTokens = 1234 });
        var ticket = new CounterTicket(plan.Claim, 0);

        var verdict = Limits().Read(plan, new CounterAnswer.Granted(ticket, Figures(plan)));

        verdict.Should().BeOfType<RateLimitVerdict.Within>().Which.Ticket.Should().BeSameAs(ticket);
        verdict.Standing.Headers().Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["anthropic-ratelimit-requests-limit"] = "100",
            ["anthropic-ratelimit-requests-remaining"] = "99",
            ["anthropic-ratelimit-requests-reset"] = "2026-11-22T10:01:01Z",
            ["anthropic-ratelimit-input-tokens-limit"] = "40000",
            ["anthropic-ratelimit-input-tokens-remaining"] = "39999",
            ["anthropic-ratelimit-input-tokens-reset"] = "2026-11-22T10:01:01Z",
            ["anthropic-ratelimit-output-tokens-limit"] = "8000",
            ["anthropic-ratelimit-output-tokens-remaining"] = "7999",
            ["anthropic-ratelimit-output-tokens-reset"] = "2026-11-22T10:01:01Z",
        });
    }

    [Fact]
    public void what_is_not_limited_has_no_figures() => RateLimitStanding.None.Headers().Should().BeEmpty();

    [Theory]
    [InlineData(0, 11.2, "Rate limit reached: 100 requests per 60 s for this device. Try again in 12 s.")]
    [InlineData(1, 1, "Rate limit reached: 4 requests at once for this device. Try again in 1 s.")]
    [InlineData(2, 60, "Rate limit reached: 40000 input tokens per 60 s for this device. Try again in 60 s.")]
    [InlineData(3, 0.001, "Rate limit reached: 8000 output tokens per 60 s for this device. Try again in 1 s.")]
    [InlineData(4, 5, "Rate limit reached: 6000 requests per 60 s for this address. Try again in 5 s.")]
    public void a_refusal_says_which_limit_and_for_how_long(int entry, double seconds, string reason)
    {
        SetEverything();
        var plan = Plan(Subject());
        var figures = Figures(plan);
        figures[entry] = figures[entry] with { RetryAfter = TimeSpan.FromSeconds(seconds) };

        var refused = Limits().Read(plan, new CounterAnswer.Refused(entry, figures)).Should().BeOfType<RateLimitVerdict.Reached>().Subject;

        refused.Reason.Should().Be(reason);
        refused.Kind.Should().Be(plan.Kinds[entry]);
        refused.RetryAfter.Should().Be(TimeSpan.FromSeconds(Math.Ceiling(seconds)));
    }

    [Fact]
    public void a_refused_count_says_so()
    {
        var plan = Plan(Subject() with { Route = RateLimitedRoute.CountTokens });
        var figures = Figures(plan);

        var refused = (RateLimitVerdict.Reached)Limits().Read(plan, new CounterAnswer.Refused(0, figures));

        refused.Reason.Should().Be("Rate limit reached: 600 count_tokens requests per 60 s for this device. Try again in 1 s.");
        refused.Standing.Requests!.Value.Limit.Should().Be(600);
    }

    [Fact]
    public void a_window_of_milliseconds_is_told_in_milliseconds()
    {
        _options.Window = TimeSpan.FromMilliseconds(1500);
        var plan = Plan(Subject());

        ((RateLimitVerdict.Reached)Limits().Read(plan, new CounterAnswer.Refused(0, Figures(plan)))).Reason
            .Should().StartWith("Rate limit reached: 100 requests per 1500 ms for this device.");
    }

    [Fact]
    public void the_defaults_are_valid() =>
        new RateLimitOptionsValidator().Validate(null, new RateLimitOptions()).Succeeded.Should().BeTrue();

    [Fact]
    public void options_out_of_range_are_named()
    {
        var result = new RateLimitOptionsValidator().Validate(null, new RateLimitOptions
        {
            RequestsPerWindow = 0,
            Window = TimeSpan.FromMilliseconds(99),
            ConcurrentStreams = -1,
            InputTokensPerMinute = -1,
            OutputTokensPerMinute = -1,
            RequestsPerAddress = -1,
            CountTokensPerWindow = -1,
        });

        result.Failures.Should().HaveCount(7);
        new RateLimitOptionsValidator().Validate(null, new RateLimitOptions { Window = TimeSpan.FromMinutes(61) }).Failed.Should().BeTrue();
    }

    private static RateLimitSubject Subject() =>
        new("permit-1", "device-7", IPAddress.Parse("192.0.2.1"), RateLimitedRoute.Billable, TokenLimit: null, InputTokens: 0);

    private static CounterFigure[] Figures(RateLimitPlan plan) =>
        [.. plan.Claim.Entries.Select(entry => new CounterFigure(entry.Limit, entry.Limit - 1, Minute, TimeSpan.Zero))];

    private void SetEverything()
    {
        _options.ConcurrentStreams = 4;
        _options.InputTokensPerMinute = 40_000;
        _options.OutputTokensPerMinute = 8_000;
    }

    private RateLimitPlan Plan(RateLimitSubject subject) => Limits().Plan(subject);

    private RateLimits Limits() => new(new Fixed(_options), _clock);

    private sealed class Fixed(RateLimitOptions options) : IOptionsMonitor<RateLimitOptions>
    {
        public RateLimitOptions CurrentValue => options;

        public RateLimitOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<RateLimitOptions, string?> listener) => null;
    }
}
