using System.Net;
using System.Text;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.Tests.DataPath.Forward;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using SimulatorEnding = Latchkey.Simulator.Bookkeeping.Ending;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>A gate that ends answers on their way: what the client gets, what the upstream sees, what the row says.</summary>
public class CutTests
{
    private const string Words = "The budget of this test is used up.";

    [Theory]
    [InlineData("events=40 event-delay=5")]
    [InlineData("events=40 event-delay=5 chunking=7")]
    [InlineData("events=60 event-delay=5 chunking=byte")]
    [InlineData("events=40 stall=12")]
    [InlineData("events=40 event-delay=5 garbage")]
    public async Task a_text_ends_with_a_whole_event_a_closed_block_and_the_words(string simulate)
    {
        await using var gateway = await TestGateway.StartAsync(services: new StagedExchange(cutAfter: 8, Words).Register);
        gateway.Tally.KeepBodies = true;

        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync(), simulate, stream: true));

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.BrokeOff.Should().BeFalse("the answer ends properly");
        var end = $"event: content_block_stop\ndata: {{\"type\":\"content_block_stop\",\"index\":0}}\n\n{ErrorEvent(answer.Id)}";
        answer.Text.Should().EndWith(end);
        var passed = answer.Body[..^Encoding.UTF8.GetByteCount(end)];
        Encoding.UTF8.GetString(passed).Replace("\r\n", "\n", StringComparison.Ordinal).Should().EndWith("\n\n").And.Contain("text_delta");

        var told = await gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        told.Ending.Should().Be(SimulatorEnding.ClientLeft);
        told.ResponseBody.Should().StartWith(passed);
        var row = await gateway.RowOfAsync(answer.Id);
        (row["ending"], row["fault"], row["error_type"], row["quality"]).Should().Be(("cut_by_budget", "none", "policy_blocked", "estimated"));
        row.Number("status").Should().Be(200);
        row.Number("input_tokens").Should().Be(told.Generated!.InputTokens);
        row.Number("output_tokens").Should().BePositive();
        gateway.Services.GetRequiredService<Breakers>().Snapshots().Should().OnlyContain(b => b.State == CircuitState.Closed && b.FailureCount == 0);
    }

    [Theory]
    [InlineData("content=thinking,text thinking-tokens=400 stall=5")]
    [InlineData("content=tool_use stall=4")]
    public async Task a_block_that_would_be_invalid_is_not_closed(string simulate)
    {
        await using var gateway = await TestGateway.StartAsync(services: new StagedExchange(cutAfter: 4, Words).Register);

        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync(), simulate, stream: true));

        answer.BrokeOff.Should().BeFalse();
        answer.Text.Should().EndWith($"\n\n{ErrorEvent(answer.Id)}").And.NotContain("content_block_stop");
        (await gateway.RowOfAsync(answer.Id))["ending"].Should().Be("cut_by_budget");
    }

    [Theory]
    [InlineData("events=40", false)]
    [InlineData("events=40 encoding=gzip", true)]
    [InlineData("events=40 encoding=br", true)]
    public async Task what_was_reserved_in_full_passes_in_full(string simulate, bool stream)
    {
        await using var gateway = await TestGateway.StartAsync(services: new StagedExchange(cutAfter: 0, Words).Register);

        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync(), simulate, stream));

        await ExpectWholeAsync(gateway, answer);
    }

    [Fact]
    public async Task a_stream_that_said_how_long_it_would_be_ends_properly_too()
    {
        const string Begun = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":3,\"content_block\":{\"type\":\"text\"}}\n\n";
        await using var upstream = RawUpstream.Of("HTTP/1.1 200 OK\nContent-Type: text/event-stream; charset=utf-8\nContent-Length: 5000", Begun);
        await using var gateway = await TestGateway.StartAsync(upstream: upstream.Address, services: new StagedExchange(cutAfter: 1, Words).Register);

        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync(), stream: true));

        answer.BrokeOff.Should().BeFalse();
        answer.Text.Should().Be(Begun + "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":3}\n\n" + ErrorEvent(answer.Id));
    }

    [Fact]
    public async Task an_error_of_the_upstreams_own_is_the_only_one()
    {
        await using var gateway = await TestGateway.StartAsync(services: new StagedExchange(cutAfter: 6, Words).Register);

        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync(), "events=40 error=overloaded_error,5", stream: true));

        answer.Text.Should().Contain("overloaded_error").And.NotContain("policy_blocked");
        (await gateway.RowOfAsync(answer.Id))["ending"].Should().Be("error_event");
    }

    private static string ErrorEvent(string id) =>
        $"event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"policy_blocked\",\"message\":\"{Words}\"}},\"request_id\":\"{id}\"}}\n\n";

    private static async Task ExpectWholeAsync(TestGateway gateway, Delivered answer)
    {
        var told = await gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        told.Ending.Should().Be(SimulatorEnding.Complete);
        answer.Sha256.Should().Be(told.ResponseSha256);
        var row = await gateway.RowOfAsync(answer.Id);
        (row["ending"], row["quality"]).Should().Be(("completed", "actual"));
    }
}
