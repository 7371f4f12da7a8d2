using System.Net;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Authorize;

public class PermitTests
{
    private static readonly string[] Endings =
    [
        "", "status=400", "status=500", "status=529", "status=401", "redirect=307", "reset-before-headers", "reset=5", "truncate", "status=502html",
    ];

    private static readonly string[] StreamEndings = ["", "cut=4", "reset=5", "error=overloaded_error,3", "garbage", "encoding=gzip", "status=500"];

    [Fact]
    public async Task every_ending_gives_the_slot_back()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var gateway = await TestGateway.StartAsync(
            [.. SharedWorld.PatientBreakers, ("Latchkey:Limits:ConcurrentStreams", "1")], time: time);
        var token = await gateway.TokenAsync();
        foreach (var (simulate, stream) in Endings.Select(e => (e, false)).Concat(StreamEndings.Select(e => (e, true))))
        {
            var answer = await gateway.SendAsync(Calls.Message(token, simulate, stream));
            answer.Status.Should().NotBe(HttpStatusCode.TooManyRequests, "the one before '{0}' gave its slot back", simulate);
            await gateway.RowOfAsync(answer.Id);

            // A refused key rests; the next exchange shouldn't end there.
            time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));
            token = await gateway.TokenAsync();
        }

        (await gateway.SendAsync(Calls.Message(token))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_client_that_leaves_gives_the_slot_back()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Limits:ConcurrentStreams", "1")]);
        var token = await gateway.TokenAsync();
        for (var i = 0; i < 5; i++)
        {
            using var leave = new CancellationTokenSource();
            using var head = await gateway.OpenAsync(Calls.Message(token, "stall=3", stream: true), leave.Token);
            head.StatusCode.Should().Be(HttpStatusCode.OK);

            var second = await gateway.SendAsync(Calls.Message(token));
            second.Status.Should().Be(HttpStatusCode.TooManyRequests, "one is under way");
            second.Text.Should().Contain("rate_limit_error").And.Contain("1 requests at once");
            second.Header("retry-after").Should().NotBeNull();

            head.Dispose();
            await gateway.LedgerAsync(i + 1);
        }
    }

    [Fact]
    public async Task a_breaker_that_refuses_gives_the_slot_back()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Limits:ConcurrentStreams", "1"), ("Latchkey:Breaker:FailuresToOpen", "1")]);
        var token = await gateway.TokenAsync();
        await gateway.RowOfAsync((await gateway.SendAsync(Calls.Message(token, "status=500"))).Id);

        for (var i = 0; i < 3; i++)
        {
            var refused = await gateway.SendAsync(Calls.Message(token));
            refused.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
            await gateway.RowOfAsync(refused.Id);
        }
    }

    [Fact]
    public async Task token_limits_are_settled_with_what_was_really_used()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var gateway = await TestGateway.StartAsync(
            [("Latchkey:Limits:InputTokensPerMinute", "100000"), ("Latchkey:Limits:OutputTokensPerMinute", "5000")], time: time);
        var token = await gateway.TokenAsync();
        var usage = "usage={\"input_tokens\":30000,\"cache_creation_input_tokens\":20000,\"cache_read_input_tokens\":900000,\"output_tokens\":1200}";

        await gateway.RowOfAsync((await gateway.SendAsync(Calls.Message(token, usage, stream: true))).Id);
        var second = await gateway.SendAsync(Calls.Message(token, "output-tokens=10"));

        second.Status.Should().Be(HttpStatusCode.OK);
        int.Parse(second.Header("anthropic-ratelimit-input-tokens-remaining")!, null).Should().BeInRange(49_000, 50_000, "what was read from the cache is free");
        second.Header("anthropic-ratelimit-output-tokens-remaining").Should().Be("3800");

        // Wherever the truth is above the limit, the next is refused; the one under way isn't.
        await gateway.RowOfAsync(second.Id);
        await gateway.RowOfAsync((await gateway.SendAsync(Calls.Message(token, "usage={\"output_tokens\":9000}"))).Id);
        var third = await gateway.SendAsync(Calls.Message(token));
        third.Status.Should().Be(HttpStatusCode.TooManyRequests);
        third.Text.Should().Contain("output tokens");
        third.Header("anthropic-ratelimit-output-tokens-remaining").Should().Be("0");
    }

    [Fact]
    public async Task a_failed_call_takes_no_tokens()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Limits:InputTokensPerMinute", "100000")]);
        var token = await gateway.TokenAsync();
        await gateway.RowOfAsync((await gateway.SendAsync(TestGateway.Call(
            token, "/v1/messages", TestGateway.Message(new string('x', 200_000) + " [simulate: status=500]")))).Id);

        var next = await gateway.SendAsync(Calls.Message(token));

        int.Parse(next.Header("anthropic-ratelimit-input-tokens-remaining")!, null).Should().BeGreaterThan(99_000);
    }
}
