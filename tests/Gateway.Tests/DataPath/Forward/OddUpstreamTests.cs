using System.Net;
using System.Text;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

/// <summary>Answers that Claude's API never gives, and something in between might.</summary>
public class OddUpstreamTests
{
    private const string Json = """{"id":"msg_1","type":"message","model":"claude-sonnet-5-5","content":[],"usage":{"input_tokens":7,"output_tokens":3}}""";

    [Fact]
    public async Task an_answer_that_isnt_compressed_as_it_says_reaches_the_client_and_is_charged_by_estimate()
    {
        await using var upstream = RawUpstream.Of($"HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Encoding: gzip\nContent-Length: {Json.Length}", Json);
        var (answer, row) = await AskAsync(upstream);

        answer.Text.Should().Be(Json);
        answer.BrokeOff.Should().BeFalse();
        (row["quality"], row["quality_reason"], row["ending"]).Should().Be(("estimated", "unreadable", "completed"));
    }

    [Fact]
    public async Task an_unknown_coding_reaches_the_client_and_is_charged_by_estimate()
    {
        await using var upstream = RawUpstream.Of($"HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Encoding: zstd\nContent-Length: {Json.Length}", Json);
        var (answer, row) = await AskAsync(upstream);

        answer.Text.Should().Be(Json);
        answer.Header("content-encoding").Should().Be("zstd");
        (row["quality"], row["quality_reason"]).Should().Be(("estimated", "unreadable"));
        row.Number("input_tokens").Should().BePositive();
        row.Number("output_tokens").Should().Be((Json.Length + 3) / 4);
        row.Number("cost_nano_usd").Should().BePositive("what couldn't be read isn't free");
    }

    [Theory]
    [InlineData("request-id: r\u00e9q")]
    [InlineData("retry-after: \u00fc")]
    [InlineData("x-should-retry: a\tb")]
    [InlineData("content-disposition: attachment; filename=\u00e9.txt")]
    public async Task a_header_that_cant_be_passed_on_doesnt_cost_the_answer(string header)
    {
        await using var upstream = RawUpstream.Of($"HTTP/1.1 200 OK\nContent-Type: application/json\n{header}\nContent-Length: {Json.Length}", Json);
        var (answer, row) = await AskAsync(upstream);

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Text.Should().Be(Json);
        row.Number("input_tokens").Should().Be(7);
    }

    [Theory]
    [InlineData("HTTP/1.1 600 What")]
    [InlineData("HTTP/1.1 101 Switching Protocols\nUpgrade: x\nConnection: upgrade")]
    [InlineData("HTTP/1.1 304 Not Modified")]
    [InlineData("SMTP ready")]
    public async Task what_is_no_answer_of_the_api_is_a_502(string head)
    {
        await using var upstream = RawUpstream.Of(head);
        var (answer, row) = await AskAsync(upstream);

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Text.Should().Contain("api_error");
        (row["ending"], row["fault"]).Should().Be(("upstream_broke", "upstream"));
    }

    [Fact]
    public async Task a_head_of_65_kilobytes_is_a_502()
    {
        await using var upstream = RawUpstream.Of("HTTP/1.1 200 OK\nx-large: " + new string('x', 65_000));
        var (answer, _) = await AskAsync(upstream);

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task a_body_shorter_than_it_says_breaks_off()
    {
        await using var upstream = RawUpstream.Of("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 5000", Json);
        var (answer, row) = await AskAsync(upstream);

        answer.BrokeOff.Should().BeTrue();
        answer.Text.Should().Be(Json);
        row.Number("input_tokens").Should().Be(7);
    }

    [Fact]
    public async Task an_event_stream_that_ends_within_a_chunk_breaks_off()
    {
        await using var upstream = RawUpstream.Of(
            "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nTransfer-Encoding: chunked", "ff\r\nevent: ping\ndata: {\"type\":\"ping\"}\n\n");
        var (answer, row) = await AskAsync(upstream);

        answer.BrokeOff.Should().BeTrue();
        answer.Text.Should().StartWith("event: ping").And.Contain("event: error");
        row["ending"].Should().Be("upstream_broke");
    }

    [Fact]
    public async Task an_answer_before_the_request_was_read_harms_nobody_elses_request()
    {
        // The upstream answers at once and closes: the gateway is still sending the body out of pooled memory.
        await using var upstream = new RawUpstream(
            Encoding.ASCII.GetBytes("HTTP/1.1 413 Too Large\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"), readsBody: false);
        await using var hasty = await TestGateway.StartAsync([.. SharedWorld.PatientBreakers, ("Latchkey:Accept:MaxPayloadSize", "33554432")], upstream: upstream.Address);
        await using var sound = await TestGateway.StartAsync([("Latchkey:Accept:MaxPayloadSize", "33554432")]);
        var hastyToken = await hasty.TokenAsync();
        var soundToken = await sound.TokenAsync();

        await Parallel.ForAsync(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancellation) =>
        {
            // Both gateways rent from the one pool of this process.
            var large = TestGateway.Message(new string((char)('a' + (i % 26)), 900_000 + i));
            var refused = hasty.SendAsync(TestGateway.Call(hastyToken, "/v1/messages", large));
            var answer = await sound.SendAsync(TestGateway.Call(soundToken, "/v1/messages", large));

            ((int)(await refused).Status).Should().BeOneOf(413, 502);
            var told = await sound.Tally.WaitForAsync(answer.UpstreamId, cancellation);
            told.Request.BodySha256.Should().Be(PieceByPieceContent.Sha256Of(Encoding.UTF8.GetBytes(large)));
        });
        (await hasty.LedgerAsync(40)).Should().HaveCount(40);
    }

    private static async Task<(Delivered Answer, Dictionary<string, object?> Row)> AskAsync(RawUpstream upstream)
    {
        await using var gateway = await TestGateway.StartAsync(upstream: upstream.Address);
        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync()));
        return (answer, await gateway.RowOfAsync(answer.Id));
    }
}
