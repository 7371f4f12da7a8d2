using System.Net;
using System.Net.Sockets;
using System.Text;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.Tests.Admin;
using Latchkey.Gateway.Tests.DataPath.Forward;
using Latchkey.Gateway.Tests.Tokens;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using SimulatorEnding = Latchkey.Simulator.Bookkeeping.Ending;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>Calls under way whose token is taken back: they end now, whatever they wait for, and are settled.</summary>
public class RevocationCutTests(ITestOutputHelper output)
{
    private const string Words = "Access to this gateway was withdrawn, so it has ended this answer here. Ask your operator.";

    // What stalls does so until somebody leaves: without a cut the test would never end.
    private static readonly string[] Ways = ["stall=4", "stall=7", "events=100000 event-delay=10", "first-byte-delay=600000", "content=thinking,text thinking-tokens=400 stall=5"];

    [Fact]
    public async Task fifty_streams_of_a_device_are_cut_and_settled_and_others_go_on()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Limits:ConcurrentStreams", "1000")]);
        var (token, other) = (await gateway.TokenAsync("a-device-0001"), await gateway.TokenAsync("a-device-0002"));
        var heads = Enumerable.Range(0, 50).Select(i => gateway.OpenAsync(Calls.Message(token, Ways[i % Ways.Length], stream: true))).ToList();
        var spared = Enumerable.Range(0, 5).Select(_ => gateway.SendAsync(Calls.Message(other, "events=40 event-delay=50", stream: true))).ToList();
        await Task.WhenAll(heads.Where((_, i) => !Ways[i % Ways.Length].StartsWith("first-byte-delay", StringComparison.Ordinal)));
        await UnderWayAsync(gateway, 55);
        var cut = heads.Select(async head => await Delivered.ReadAsync(await head)).ToList();

        var began = TimeProvider.System.GetTimestamp();
        var answer = await gateway.DoAsync("/admin/devices/a-device-0001/revoke", "left the company");
        var answers = await Task.WhenAll(cut);
        output.WriteLine($"50 streams were cut within {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:f0} ms of the call");

        answer.GetProperty("calls_cut").GetInt32().Should().Be(50);
        foreach (var (i, got) in answers.Index())
        {
            got.BrokeOff.Should().BeFalse("{0} ends properly", Ways[i % Ways.Length]);
            if (Ways[i % Ways.Length].StartsWith("first-byte-delay", StringComparison.Ordinal))
            {
                got.Status.Should().Be(HttpStatusCode.Unauthorized);
                got.Text.Should().Contain("authentication_error");
            }
            else
            {
                got.Status.Should().Be(HttpStatusCode.OK);
                got.Text.Should().Contain(Words).And.NotContain("message_stop");
            }
        }

        (await Task.WhenAll(spared)).Should().OnlyContain(s => s.Text.Contains("message_stop"));
        var rows = await gateway.LedgerAsync(55);
        rows.Should().HaveCount(55);
        rows.Where(r => (string?)r["device_id"] == "a-device-0001").Should().HaveCount(50)
            .And.OnlyContain(r => (string?)r["ending"] == "cut_by_revocation" && (string?)r["fault"] == "none" && (string?)r["quality"] == "estimated" && r.Number("input_tokens") > 0);
        rows.Where(r => (string?)r["device_id"] == "a-device-0002").Should().OnlyContain(r => (string?)r["ending"] == "completed");
        await NothingUnderWayAsync(gateway);
        gateway.Services.GetRequiredService<Breakers>().Snapshots().Should().OnlyContain(b => b.State == CircuitState.Closed && b.FailureCount == 0);
    }

    [Fact]
    public async Task a_text_ends_with_a_whole_event_a_closed_block_and_the_words()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync("a-device-0001");
        var session = BootstrapTests.Claims(token).GetProperty("sid").GetString();
        using var head = await gateway.OpenAsync(Calls.Message(token, "stall=6", stream: true));
        var begun = await ReadUntilAsync(head, "text_delta");

        (await gateway.DoAsync($"/admin/sessions/{session}/revoke")).GetProperty("calls_cut").GetInt32().Should().Be(1);

        var got = await Delivered.ReadAsync(head);
        begun.Should().NotContain("event: error");
        got.BrokeOff.Should().BeFalse();
        got.Text.Should().EndWith(
            "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
            + $"event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"policy_blocked\",\"message\":\"{Words}\"}},\"request_id\":\"{got.Id}\"}}\n\n");
        (await gateway.Tally.WaitForAsync(got.UpstreamId, TestContext.Current.CancellationToken)).Ending.Should().Be(SimulatorEnding.ClientLeft, "nobody pays for the rest");
        var row = await gateway.RowOfAsync(got.Id);
        (row["ending"], row["error_type"]).Should().Be(("cut_by_revocation", "policy_blocked"));
        row.Number("status").Should().Be(200);
    }

    [Fact]
    public async Task all_tokens_cut_everybody()
    {
        await using var gateway = await TestGateway.StartAsync();
        var heads = new List<HttpResponseMessage>();
        foreach (var device in new[] { "a-device-0001", "a-device-0002", "a-device-0003" })
        {
            heads.Add(await gateway.OpenAsync(Calls.Message(await gateway.TokenAsync(device), "stall=4", stream: true)));
        }

        (await gateway.DoAsync("/admin/tokens/revoke-all")).GetProperty("calls_cut").GetInt32().Should().Be(3);

        (await Task.WhenAll(heads.Select(Delivered.ReadAsync))).Should().OnlyContain(s => s.Text.Contains(Words));
        (await gateway.LedgerAsync(3)).Should().OnlyContain(r => (string?)r["ending"] == "cut_by_revocation");
    }

    [Fact]
    public async Task a_part_of_a_plain_answer_isnt_taken_for_the_whole()
    {
        var half = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"model\": ");
        await using var upstream = new RawUpstream(half, holdsOpen: true);
        await using var gateway = await TestGateway.StartAsync(upstream: upstream.Address);
        using var response = await gateway.OpenAsync(Calls.Message(await gateway.TokenAsync("a-device-0001")));

        (await gateway.DoAsync("/admin/devices/a-device-0001/quarantine")).GetProperty("calls_cut").GetInt32().Should().Be(1);

        var got = await Delivered.ReadAsync(response);
        got.BrokeOff.Should().BeTrue();
        (await gateway.RowOfAsync(got.Id))["ending"].Should().Be("cut_by_revocation");
    }

    [Fact]
    public async Task a_client_that_doesnt_read_holds_nothing_up()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync("a-device-0001");
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
        var body = TestGateway.Message("[simulate: events=2000000]", stream: true);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nanthropic-version: 2023-06-01\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        await UnderWayAsync(gateway, 1);

        // Its window is full by then, or will be: either way nobody waits for it.
        await gateway.DoAsync("/admin/devices/a-device-0001/revoke");

        var row = (await gateway.LedgerAsync(1)).Single();
        row["ending"].Should().BeOneOf("cut_by_revocation", "not_sent");
        await NothingUnderWayAsync(gateway);
    }

    [Fact]
    public async Task a_call_whose_body_was_still_coming_isnt_let_in()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync("a-device-0001");
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
        var body = TestGateway.Message();
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nanthropic-version: 2023-06-01\r\n"
                + $"Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n"),
            TestContext.Current.CancellationToken);

        // It is asked for the body once it was identified.
        var begun = new byte[25];
        await stream.ReadExactlyAsync(begun, TestContext.Current.CancellationToken);
        Encoding.ASCII.GetString(begun).Should().Be("HTTP/1.1 100 Continue\r\n\r\n");
        await gateway.DoAsync("/admin/devices/a-device-0001/revoke");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(body), TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream, Encoding.ASCII);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Should().StartWith("HTTP/1.1 401");
        (await gateway.LedgerAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task an_answer_that_is_whole_stays_whole()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync("a-device-0001");
        var events = (await gateway.SendAsync(Calls.Message(token, "events=1", stream: true))).Text.Split("event: ").Length - 1;
        using var held = await gateway.OpenAsync(Calls.Message(token, $"events=1 stall={events}", stream: true));
        using var lines = new StreamReader(await held.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("\"message_stop\"", StringComparison.Ordinal))
        {
        }

        await gateway.DoAsync("/admin/devices/a-device-0001/revoke");

        (await lines.ReadToEndAsync(TestContext.Current.CancellationToken)).Should().NotContain("error");
        (await gateway.LedgerAsync(2)).Should().OnlyContain(r => (string?)r["ending"] == "completed");
    }

    private static async Task UnderWayAsync(TestGateway gateway, int calls)
    {
        while (gateway.Tally.InFlight < calls)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>An exchange leaves a moment after its row was written.</summary>
    private static async Task NothingUnderWayAsync(TestGateway gateway)
    {
        while (gateway.Services.GetRequiredService<RunningExchanges>().Count > 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> ReadUntilAsync(HttpResponseMessage head, string text)
    {
        var stream = await head.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var (all, buffer) = (new StringBuilder(), new byte[1024]);
        while (!all.ToString().Contains(text, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            read.Should().BePositive();
            all.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return all.ToString();
    }
}
