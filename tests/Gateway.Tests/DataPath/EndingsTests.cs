using System.Net;
using System.Net.Sockets;
using System.Text;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;
using SimulatorEnding = Latchkey.Simulator.Bookkeeping.Ending;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>Every way an exchange can end: what the client gets and what the one row of the ledger says.</summary>
public class EndingsTests(SharedWorld world, ITestOutputHelper output) : IClassFixture<SharedWorld>
{
    [Theory]
    [InlineData(400, "client", "invalid_request_error")]
    [InlineData(402, "gateway", "billing_error")]
    [InlineData(404, "client", "not_found_error")]
    [InlineData(405, "client", "invalid_request_error")]
    [InlineData(408, "client", "invalid_request_error")]
    [InlineData(409, "client", "conflict_error")]
    [InlineData(413, "client", "request_too_large")]
    [InlineData(422, "client", "invalid_request_error")]
    [InlineData(429, "gateway", "rate_limit_error")]
    [InlineData(451, "client", "invalid_request_error")]
    [InlineData(500, "upstream", "api_error")]
    [InlineData(501, "client", "api_error")]
    [InlineData(502, "upstream", "api_error")]
    [InlineData(503, "upstream", "overloaded_error")]
    [InlineData(504, "upstream", "timeout_error")]
    [InlineData(529, "upstream", "overloaded_error")]
    public async Task an_error_status_is_relayed_as_it_is(int status, string fault, string type)
    {
        var answer = await world.Gateway.SendAsync(Calls.Message(world.Token, $"status={status} error-type={type} message=\"Höhö \\\"so\\\"\"", stream: status % 2 == 0));

        ((int)answer.Status).Should().Be(status);
        answer.BrokeOff.Should().BeFalse();
        var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        answer.Sha256.Should().Be(told.ResponseSha256);
        await ExpectRowAsync(answer.Id, status, status, "completed", fault, type, "none");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task a_refusal_of_our_key_is_our_fault_and_says_so(int status)
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync(), $"status={status}"));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Text.Should().Contain("\"type\":\"api_error\"");
        answer.Header("x-should-retry").Should().Be("false");
        var row = await gateway.RowOfAsync(answer.Id);
        row.Number("status").Should().Be(502);
        row.Number("upstream_status").Should().Be(status);
        row["fault"].Should().Be("gateway");
        row["upstream_request_id"].Should().NotBeNull();
    }

    [Fact]
    public async Task a_proxys_error_page_is_relayed_too()
    {
        var answer = await world.Gateway.SendAsync(Calls.Message(world.Token, "status=502html"));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Header("content-type").Should().StartWith("text/html");
        var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        answer.Sha256.Should().Be(told.ResponseSha256);
    }

    [Theory]
    [InlineData(true, "00:03:00")]
    [InlineData(false, "00:10:00")]
    public async Task a_head_that_never_comes_is_a_timeout(bool stream, string limit)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var gateway = await TestGateway.StartAsync(time: time);
        var sending = gateway.SendAsync(Calls.Message(await gateway.TokenAsync(), "first-byte-delay=3600000", stream));
        await gateway.Tally.WaitForArrivalAsync(_ => true, TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.Parse(limit, null) - TimeSpan.FromMilliseconds(1));
        sending.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));
        var answer = await sending;

        answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        answer.Text.Should().Contain("timeout_error");
        var row = await gateway.RowOfAsync(answer.Id);
        (row["ending"], row["fault"], row["error_type"], row["quality"]).Should().Be(("timed_out", "upstream", "timeout_error", "estimated"));
        row["upstream_status"].Should().BeNull();
        (await gateway.Tally.WaitForAsync(r => r.Ending is SimulatorEnding.ClientLeft, TestContext.Current.CancellationToken)).Status.Should().Be(0);
    }

    [Fact]
    public async Task a_stream_that_stalls_ends_with_an_error_event_and_uncleanly()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var gateway = await TestGateway.StartAsync(time: time);
        using var head = await gateway.OpenAsync(Calls.Message(await gateway.TokenAsync(), "stall=4 events=20", stream: true));
        var body = await head.Content.ReadAsStreamAsync();
        var first = new byte[400];
        await body.ReadExactlyAsync(first);

        time.Advance(TimeSpan.FromMinutes(2));
        var rest = await Delivered.ReadAsync(head);

        rest.BrokeOff.Should().BeTrue();
        rest.Text.Should().EndWith("\n\n").And.Contain("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"");
        rest.Text.Should().Contain(rest.Id);
        var row = await gateway.RowOfAsync(rest.Id);
        (row["ending"], row["fault"], row["quality"]).Should().Be(("timed_out", "upstream", "estimated"));
        row.Number("status").Should().Be(200);
        (await gateway.Tally.WaitForAsync(rest.UpstreamId, TestContext.Current.CancellationToken)).Ending.Should().Be(SimulatorEnding.ClientLeft);
    }

    [Theory]
    [InlineData("events=20 cut=6")]
    [InlineData("events=20 cut=1")]
    [InlineData("events=20 reset=6")]
    [InlineData("events=20 reset=6 chunking=7")]
    [InlineData("events=20 cut=6 encoding=gzip")]
    public async Task a_stream_that_breaks_off_delivers_what_came_then_an_error_event_and_no_proper_end(string simulate)
    {
        var answer = await SendUntilHeadAsync(simulate, stream: true);

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.BrokeOff.Should().BeTrue();
        var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        if (!simulate.Contains("encoding", StringComparison.Ordinal))
        {
            var own = answer.Text.IndexOf("\n\nevent: error\n", StringComparison.Ordinal);
            own.Should().BePositive();
            answer.Text[(own + 2)..].Should().Contain("\"type\":\"api_error\"").And.Contain(answer.Id);
            answer.Text.Should().StartWith("event: message_start");
            if (simulate.Contains("cut", StringComparison.Ordinal))
            {
                PieceByPieceContent.Sha256Of(answer.Body[..(int)told.ResponseBytes]).Should().Be(told.ResponseSha256);
            }
        }

        await ExpectRowAsync(answer.Id, 200, 200, "upstream_broke", "upstream", "api_error", "estimated");
    }

    [Fact]
    public async Task an_error_event_is_passed_as_it_is()
    {
        var answer = await world.Gateway.SendAsync(Calls.Message(world.Token, "events=20 error=overloaded_error,5", stream: true));

        var told = await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken);
        answer.Sha256.Should().Be(told.ResponseSha256);
        answer.Text.Split("event: error").Should().HaveCount(2, "the gateway adds none of its own");
        await ExpectRowAsync(answer.Id, 200, 200, "error_event", "upstream", "overloaded_error", "estimated");
    }

    [Fact]
    public async Task a_connection_reset_before_the_head_is_a_502()
    {
        var answer = await world.Gateway.SendAsync(Calls.Message(world.Token, "reset-before-headers"));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Text.Should().Contain("api_error");
        await ExpectRowAsync(answer.Id, 502, null, "upstream_broke", "upstream", "api_error", "none");
    }

    [Fact]
    public async Task a_refused_connection_is_a_502()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = new Uri($"http://{closed.LocalEndpoint}");
        closed.Stop();
        await using var gateway = await TestGateway.StartAsync(upstream: address);

        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync()));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        var row = await gateway.RowOfAsync(answer.Id);
        (row["ending"], row["fault"], row["error_type"], row["quality"]).Should().Be(("upstream_broke", "upstream", "api_error", "none"));
    }

    [Theory]
    [InlineData("truncate", 200)]
    [InlineData("truncate=1", 200)]
    [InlineData("reset=20", 200)]
    [InlineData("reset=20 status=500", 500)]
    [InlineData("truncate encoding=gzip", 200)]
    public async Task half_a_body_is_never_taken_for_a_whole_one(string simulate, int status)
    {
        var answer = await SendUntilHeadAsync(simulate);

        ((int)answer.Status).Should().Be(status);
        answer.BrokeOff.Should().BeTrue();
        answer.Text.Should().NotContain("event: error");
        var row = await world.Gateway.RowOfAsync(answer.Id);
        (row["ending"], row["fault"]).Should().Be(("upstream_broke", "upstream"));
        row["quality"].Should().BeOneOf("estimated", "none");
    }

    [Fact]
    public async Task an_empty_success_breaks_off_before_anything_was_sent()
    {
        var answer = await SendUntilHeadAsync("reset=0");

        answer.BrokeOff.Should().BeTrue();
        (await world.Gateway.RowOfAsync(answer.Id))["ending"].Should().Be("upstream_broke");
    }

    [Fact]
    public async Task a_client_that_leaves_takes_the_upstream_call_with_it()
    {
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            using var leave = new CancellationTokenSource();
            using var head = await world.Gateway.OpenAsync(Calls.Message(world.Token, "stall=3 events=20", stream: true), leave.Token);
            var body = await head.Content.ReadAsStreamAsync(leave.Token);
            await body.ReadExactlyAsync(new byte[300], leave.Token);
            var upstreamId = head.Headers.GetValues("request-id").Single();

            var left = TimeProvider.System.GetUtcNow();
            head.Dispose();
            var told = await world.Gateway.Tally.WaitForAsync(upstreamId, TestContext.Current.CancellationToken);

            told.Ending.Should().Be(SimulatorEnding.ClientLeft);
            waits.Add(told.Request.At + told.ClientLeftAfter!.Value - left);
            await ExpectRowAsync(head.Headers.GetValues("x-latchkey-request-id").Single(), 200, 200, "client_gone", "client", null, "estimated");
        }

        waits.Sort();
        output.WriteLine($"from the client's leaving to the upstream's knowing: median {waits[10].TotalMilliseconds:F1} ms, longest {waits[^1].TotalMilliseconds:F1} ms");
        waits[^1].Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task a_client_that_leaves_before_the_head_takes_the_upstream_call_with_it()
    {
        using var leave = new CancellationTokenSource();
        var sending = world.Gateway.OpenAsync(Calls.Message(world.Token, "first-byte-delay=3600000 text=\"leaves early\"", model: "claude-haiku-5-5"), leave.Token);
        await world.Gateway.Tally.WaitForArrivalAsync(r => r.Model == "claude-haiku-5-5", TestContext.Current.CancellationToken);

        await leave.CancelAsync();

        await sending.Invoking(s => s).Should().ThrowAsync<OperationCanceledException>();
        var told = await world.Gateway.Tally.WaitForAsync(
            r => r.Ending is SimulatorEnding.ClientLeft && r.Scenario.Contains("leaves early", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        told.Status.Should().Be(0);
        await Eventually(async () => (await world.Gateway.LedgerAsync()).Any(r => r.Number("status") == 499 && (string)r["ending"]! == "client_gone"));
    }

    [Fact]
    public async Task a_client_that_leaves_while_it_sends_costs_no_row()
    {
        var before = (await world.Gateway.LedgerAsync()).Count;
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, world.Gateway.Address.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.Token}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{{\"model\":"));
            socket.Client.Close(0);
        }

        var whole = await world.Gateway.SendAsync(Calls.Message(world.Token));

        whole.Status.Should().Be(HttpStatusCode.OK);
        await world.Gateway.RowOfAsync(whole.Id);
        (await world.Gateway.LedgerAsync()).Should().HaveCount(before + 1);
    }

    /// <summary>A reset discards what the gateway's side hasn't read yet, on a busy machine even the head: then once more.</summary>
    private async Task<Delivered> SendUntilHeadAsync(string simulate, bool stream = false)
    {
        Delivered answer;
        var tries = 0;
        do
        {
            answer = await world.Gateway.SendAsync(Calls.Message(world.Token, simulate, stream));
        }
        while (answer.Status is HttpStatusCode.BadGateway && ++tries < 10);

        return answer;
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private async Task ExpectRowAsync(string id, int status, int? upstreamStatus, string ending, string fault, string? type, string quality)
    {
        var row = await world.Gateway.RowOfAsync(id);
        row.Number("status").Should().Be(status);
        row["upstream_status"].Should().Be(upstreamStatus is { } known ? (long)known : null);
        (row["ending"], row["fault"], row["error_type"], row["quality"]).Should().Be((ending, fault, type, quality));
    }
}
