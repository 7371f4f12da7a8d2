using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath;

public class ByteFidelityTests(SharedWorld world) : IClassFixture<SharedWorld>
{
    private const int Exchanges = 1000;

    [Fact]
    public async Task a_thousand_wild_requests_and_answers_arrive_byte_for_byte()
    {
        var wrong = 0;
        await Parallel.ForAsync(0, Exchanges, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (seed, _) =>
        {
            var body = WildRequest.Of(seed, stream: seed % 2 == 0);
            var call = TestGateway.Call(world.Token, "/v1/messages");
            call.Method = HttpMethod.Post;
            call.Content = seed % 3 == 0 ? new ByteArrayContent(body) : new PieceByPieceContent(body, seed);
            call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

            var answer = await world.Gateway.SendAsync(call);

            answer.Status.Should().Be(HttpStatusCode.OK, "seed {0}: {1}", seed, answer.Text);
            var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
            if (told.Request.BodySha256 != PieceByPieceContent.Sha256Of(body) || told.ResponseSha256 != answer.Sha256 || answer.BrokeOff)
            {
                Interlocked.Increment(ref wrong);
            }
        });
        wrong.Should().Be(0);
    }

    [Theory]
    [InlineData("encoding=gzip")]
    [InlineData("encoding=br")]
    [InlineData("encoding=deflate")]
    [InlineData("encoding=gzip chunking=byte")]
    [InlineData("encoding=br chunking=7")]
    [InlineData("encoding=deflate chunking=random")]
    public async Task a_compressed_answer_is_relayed_as_it_is_and_metered_all_the_same(string simulate)
    {
        foreach (var stream in new[] { true, false })
        {
            var answer = await world.Gateway.SendAsync(Calls.Message(world.Token, simulate + " content=thinking,text", stream));

            var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
            answer.Sha256.Should().Be(told.ResponseSha256);
            answer.BrokeOff.Should().BeFalse();
            answer.Header("content-encoding").Should().Be(told.Scenario.Split('=', ' ')[1]);
            var row = await world.Gateway.RowOfAsync(answer.Id);
            row.Number("input_tokens").Should().Be(told.Generated!.InputTokens).And.BePositive();
            row.Number("output_tokens").Should().Be(told.Generated.OutputTokens).And.BePositive();
            row["quality"].Should().Be("actual");
            row["ending"].Should().Be("completed");
        }
    }

    [Theory]
    [InlineData("huge-event=10000000")]
    [InlineData("garbage")]
    [InlineData("garbage chunking=byte")]
    [InlineData("chunking=byte")]
    [InlineData("pings=20 chunking=3")]
    [InlineData("events=300 chunking=random")]
    public async Task an_odd_stream_is_relayed_whole_and_metered(string simulate)
    {
        var answer = await world.Gateway.SendAsync(Calls.Message(world.Token, simulate, stream: true));

        var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        answer.Sha256.Should().Be(told.ResponseSha256);
        answer.BrokeOff.Should().BeFalse();
        var row = await world.Gateway.RowOfAsync(answer.Id);
        row.Number("response_bytes").Should().Be(told.ResponseBytes);
        row.Number("output_tokens").Should().Be(told.Generated!.OutputTokens);
        row["quality"].Should().Be("actual");
    }

    [Fact]
    public async Task pings_and_comments_reach_the_client()
    {
        var pings = await world.Gateway.SendAsync(Calls.Message(world.Token, "pings=5", stream: true));
        var garbage = await world.Gateway.SendAsync(Calls.Message(world.Token, "garbage", stream: true));

        pings.Text.Split("event: ping").Length.Should().BeGreaterThan(5);
        garbage.Text.Should().Contain("\n:");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task the_client_has_each_event_before_the_next_one_exists(int events)
    {
        using var leave = new CancellationTokenSource();
        using var head = await world.Gateway.OpenAsync(Calls.Message(world.Token, $"stall={events} events=10", stream: true), leave.Token);
        var body = await head.Content.ReadAsStreamAsync(leave.Token);
        using var reader = new StreamReader(body);

        var seen = 0;
        while (seen < events)
        {
            // The Simulator is silent after these events, until the client leaves: what it has, it has from before.
            if ((await reader.ReadLineAsync(leave.Token))!.Length == 0)
            {
                seen++;
            }
        }

        world.Gateway.Tally.Rows().Should().NotContain(r => r.RequestId == head.Headers.GetValues("request-id").Single());
        await leave.CancelAsync();
    }

    [Fact]
    public async Task a_large_request_arrives_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => (char)('a' + (i * 7 % 26)))) + new string('漢', 2_000_000);
        var body = TestGateway.Message(text);

        var answer = await world.Gateway.SendAsync(TestGateway.Call(world.Token, "/v1/messages", body));

        var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        told.Request.BodySha256.Should().Be(PieceByPieceContent.Sha256Of(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public async Task the_query_goes_upstream_as_it_came()
    {
        var call = Calls.Message(world.Token);
        call.RequestUri = new Uri("/v1/messages?beta=true&x=%C3%A9+a", UriKind.Relative);

        var answer = await world.Gateway.SendAsync(call);

        var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        told.Request.PathAndQuery.Should().Be("/v1/messages?beta=true&x=%C3%A9+a");
    }
}
