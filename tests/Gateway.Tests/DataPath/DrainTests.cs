using System.Net;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SimulatorEnding = Latchkey.Simulator.Bookkeeping.Ending;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>With the setting <c>Drain</c>, answers whose clients have left are read to their end.</summary>
public class DrainTests
{
    private static readonly (string Key, string Value) Drain = ("Latchkey:Aborts:WhenClientLeaves", "Drain");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly StagedExchange _exchange = new();

    [Theory]
    [InlineData("events=60 event-delay=5")]
    [InlineData("events=60 event-delay=5 chunking=7")]
    [InlineData("events=60 event-delay=5 encoding=br")]
    [InlineData("events=60 event-delay=5 content=thinking,text thinking-tokens=50")]
    [InlineData("events=60 event-delay=5 pings=20 delta-usage=output")]
    public async Task the_row_of_a_drained_stream_has_the_upstreams_own_figures(string simulate)
    {
        await using var gateway = await TestGateway.StartAsync([Drain], services: _exchange.Register);

        var (id, told) = await LeaveEarlyAsync(gateway, Calls.Message(await gateway.TokenAsync(), simulate, stream: true));

        await ExpectDrainedAsync(gateway, id, told);
    }

    [Fact]
    public async Task a_long_body_without_a_stream_is_drained_too()
    {
        await using var gateway = await TestGateway.StartAsync([Drain], services: _exchange.Register);
        var message = TestGateway.Message("[simulate: output-tokens=4000000]", maxTokens: 5_000_000);

        var (id, told) = await LeaveEarlyAsync(gateway, TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", message));

        told.ResponseBytes.Should().BeGreaterThan(15_000_000, "no buffer on the way holds as much");
        await ExpectDrainedAsync(gateway, id, told);
    }

    [Fact]
    public async Task every_one_of_many_is_exact()
    {
        await using var gateway = await TestGateway.StartAsync([Drain]);
        var token = await gateway.TokenAsync();

        var left = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            i => LeaveEarlyAsync(gateway, Calls.Message(token, $"events={40 + i} event-delay=3 chunking=random seed={i}", stream: true))));

        foreach (var (id, told) in left)
        {
            await ExpectExactAsync(gateway, id, told);
        }

        gateway.Services.GetRequiredService<Drains>().Taken.Should().Be(0);
    }

    [Fact]
    public async Task one_more_than_there_is_room_for_is_cancelled_at_once()
    {
        await using var gateway = await TestGateway.StartAsync([Drain, ("Latchkey:Aborts:MaxDrains", "2")], time: _time, services: _exchange.Register);
        var token = await gateway.TokenAsync();
        var first = await OpenAndLeaveAsync(gateway, token, draining: 1);
        var second = await OpenAndLeaveAsync(gateway, token, draining: 2);

        // The clock stands still: only one that is cancelled can end.
        var (third, told) = await LeaveEarlyAsync(gateway, Calls.Message(token, "events=20 stall=6", stream: true));

        told.Ending.Should().Be(SimulatorEnding.ClientLeft);
        await ExpectCancelledAsync(gateway, third);
        gateway.Tally.InFlight.Should().Be(2);
        _time.Advance(TimeSpan.FromSeconds(30));
        await ExpectCancelledAsync(gateway, first);
        await ExpectCancelledAsync(gateway, second);
        gateway.Services.GetRequiredService<Drains>().Taken.Should().Be(0);
    }

    [Fact]
    public async Task a_drain_that_takes_too_long_is_cancelled()
    {
        await using var gateway = await TestGateway.StartAsync([Drain], time: _time, services: _exchange.Register);
        var id = await OpenAndLeaveAsync(gateway, await gateway.TokenAsync(), draining: 1);

        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromMilliseconds(1));
        gateway.Tally.InFlight.Should().Be(1);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        (await gateway.Tally.WaitForAsync(_ => true, TestContext.Current.CancellationToken)).Ending.Should().Be(SimulatorEnding.ClientLeft);
        await ExpectCancelledAsync(gateway, id);
    }

    [Theory]
    [InlineData("events=40 event-delay=10 cut=20")]
    [InlineData("events=40 event-delay=10 reset=20")]
    [InlineData("events=40 event-delay=10 error=overloaded_error,20")]
    public async Task a_drain_that_breaks_off_is_estimated(string simulate)
    {
        await using var gateway = await TestGateway.StartAsync([Drain], services: _exchange.Register);

        var (id, _) = await LeaveEarlyAsync(gateway, Calls.Message(await gateway.TokenAsync(), simulate, stream: true));

        await ExpectCancelledAsync(gateway, id);
    }

    [Fact]
    public async Task a_drain_ends_where_the_gate_would_have_ended_the_answer()
    {
        var exchange = new StagedExchange(cutAfter: 30, "Enough.");
        await using var gateway = await TestGateway.StartAsync([Drain], time: _time, services: exchange.Register);

        var (id, told) = await LeaveEarlyAsync(gateway, Calls.Message(await gateway.TokenAsync(), "events=60 event-delay=10 stall=40", stream: true));

        told.Ending.Should().Be(SimulatorEnding.ClientLeft);
        (await gateway.RowOfAsync(id))["ending"].Should().Be("client_gone");
        exchange.Outcomes[id].Abort.Should().Be(Abort.Cancelled);
    }

    [Fact]
    public async Task an_answer_that_has_not_begun_is_not_waited_for()
    {
        await using var gateway = await TestGateway.StartAsync([Drain], time: _time);
        using var leave = new CancellationTokenSource();
        var sending = gateway.OpenAsync(Calls.Message(await gateway.TokenAsync(), "first-byte-delay=3600000"), leave.Token);
        await gateway.Tally.WaitForArrivalAsync(_ => true, TestContext.Current.CancellationToken);

        await leave.CancelAsync();

        await sending.Invoking(s => s).Should().ThrowAsync<OperationCanceledException>();
        (await gateway.Tally.WaitForAsync(_ => true, TestContext.Current.CancellationToken)).Status.Should().Be(0);
        (await gateway.LedgerAsync(1)).Single()["ending"].Should().Be("client_gone");
    }

    [Fact]
    public async Task a_devices_place_is_taken_until_the_drain_is_over()
    {
        await using var gateway = await TestGateway.StartAsync([Drain, ("Latchkey:Limits:ConcurrentStreams", "1")], time: _time, services: _exchange.Register);
        var token = await gateway.TokenAsync();
        var id = await OpenAndLeaveAsync(gateway, token, draining: 1);

        (await gateway.OpenAsync(Calls.Message(token))).StatusCode.Should().NotBe(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromSeconds(30));
        await ExpectCancelledAsync(gateway, id);

        (await gateway.OpenAsync(Calls.Message(token))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_shutdown_waits_for_a_drain()
    {
        var folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
        try
        {
            TallyRow told;
            string id;
            await using (var gateway = await TestGateway.StartAsync([Drain], dataDirectory: folder))
            {
                var drains = gateway.Services.GetRequiredService<Drains>();
                using var head = await gateway.OpenAsync(Calls.Message(await gateway.TokenAsync(), "events=100 event-delay=10", stream: true));
                id = IdOf(head);
                head.Dispose();
                await UntilAsync(() => drains.Taken == 1);

                await gateway.StopAsync();

                told = gateway.Tally.Rows().Single();
            }

            told.Ending.Should().Be(SimulatorEnding.Complete);
            await using var next = await TestGateway.StartAsync(dataDirectory: folder);
            await ExpectExactAsync(next, id, told);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("WhenClientLeaves", "Wait")]
    [InlineData("WhenClientLeaves", "7")]
    [InlineData("MaxDrains", "0")]
    [InlineData("MaxDrains", "1001")]
    [InlineData("DrainTimeout", "01:00:00")]
    public async Task a_wrong_setting_is_named_at_the_start(string name, string value)
    {
        var start = async () => await TestGateway.StartAsync([($"Latchkey:Aborts:{name}", value)]);

        var thrown = (await start.Should().ThrowAsync<Exception>()).Which;
        SettingProblem.Of(thrown).Should().Contain($"Latchkey:Aborts:{name}");
    }

    /// <summary>Takes the first bytes of the answer, leaves, and waits for the upstream's account of it.</summary>
    private static async Task<(string Id, TallyRow Told)> LeaveEarlyAsync(TestGateway gateway, HttpRequestMessage call)
    {
        using var head = await gateway.OpenAsync(call);
        head.StatusCode.Should().Be(HttpStatusCode.OK);
        await (await head.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[100]);
        head.Dispose();
        return (IdOf(head), await gateway.Tally.WaitForAsync(head.Headers.GetValues("request-id").Single(), TestContext.Current.CancellationToken));
    }

    /// <summary>Leaves an answer that never goes on; its drain has begun.</summary>
    private static async Task<string> OpenAndLeaveAsync(TestGateway gateway, string token, int draining)
    {
        using var head = await gateway.OpenAsync(Calls.Message(token, "events=20 stall=6", stream: true));
        await (await head.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[100]);
        head.Dispose();
        await UntilAsync(() => gateway.Services.GetRequiredService<Drains>().Taken == draining);
        return IdOf(head);
    }

    private static string IdOf(HttpResponseMessage head) => head.Headers.GetValues("x-latchkey-request-id").Single();

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static async Task ExpectExactAsync(TestGateway gateway, string id, TallyRow told)
    {
        told.Ending.Should().Be(SimulatorEnding.Complete);
        var row = await gateway.RowOfAsync(id);
        (row["ending"], row["fault"], row["quality"], row["abort"]).Should().Be(("client_gone", "client", "actual", "drained"));
        var figures = told.Generated!;
        (row.Number("input_tokens"), row.Number("output_tokens"), row.Number("cache_creation_input_tokens"), row.Number("cache_read_input_tokens"))
            .Should().Be((figures.InputTokens, figures.OutputTokens, figures.CacheCreationInputTokens, figures.CacheReadInputTokens));
    }

    private async Task ExpectDrainedAsync(TestGateway gateway, string id, TallyRow told)
    {
        await ExpectExactAsync(gateway, id, told);
        await UntilAsync(() => _exchange.Outcomes.ContainsKey(id));
        _exchange.Outcomes[id].Abort.Should().Be(Abort.Drained);
    }

    private async Task ExpectCancelledAsync(TestGateway gateway, string id)
    {
        var row = await gateway.RowOfAsync(id);
        (row["ending"], row["fault"], row["quality"], row["quality_reason"], row["abort"])
            .Should().Be(("client_gone", "client", "estimated", "client_gone", "cancelled"));
        _exchange.Outcomes[id].Abort.Should().Be(Abort.Cancelled);
    }
}
