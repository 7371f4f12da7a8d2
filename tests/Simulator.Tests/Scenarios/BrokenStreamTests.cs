using System.Diagnostics;
using System.Text;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Scenarios;

public class BrokenStreamTests : SimulatorTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task a_cut_stream_ends_cleanly_and_early(int after)
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate($"cut={after} events=5", stream: true));
        var events = SseEvent.All(await response.Content.ReadAsStringAsync(Cancellation));
        var row = await Simulator.RowOf(response);

        events.Should().HaveCount(after);
        (row.Ending, row.Events, row.Complete).Should().Be((Ending.Cut, after, false));
        row.Generated!.OutputTokens.Should().Be(5);
        row.Delivered?.OutputTokens.Should().Be(1, "only message_start was read");
        (row.Delivered is null).Should().Be(after == 0);
    }

    [Fact]
    public async Task a_reset_breaks_the_connection_after_the_events_before_it()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate("reset=4 events=9", stream: true));
        var (read, broken) = await ReadUntilItEndsAsync(response);
        var row = await Simulator.RowOf(response);

        broken.Should().BeTrue();
        SseEvent.All(read).Should().HaveCount(4);
        (row.Ending, row.Events).Should().Be((Ending.Reset, 4));
    }

    [Fact]
    public async Task a_reset_in_a_plain_body_leaves_the_promised_length_unfulfilled()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate("reset=40"));
        var (read, broken) = await ReadUntilItEndsAsync(response);

        broken.Should().BeTrue();
        read.Should().HaveLength(40);
        (await Simulator.RowOf(response)).Delivered.Should().BeNull();
    }

    [Fact]
    public async Task a_reset_before_the_headers_is_no_answer_at_all()
    {
        var send = () => Simulator.PostAsync(RunningSimulator.Simulate("reset-before-headers"));

        await send.Should().ThrowAsync<HttpRequestException>();
        var row = await Simulator.Tally.WaitForAsync(r => r.Ending == Ending.Reset, Cancellation);
        (row.Status, row.ResponseBytes).Should().Be((0, 0));
    }

    [Fact]
    public async Task a_truncated_body_is_no_json()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate("truncate=25"));
        var body = await response.Content.ReadAsStringAsync(Cancellation);

        body.Should().HaveLength(25).And.StartWith("{");
        (await Simulator.RowOf(response)).Ending.Should().Be(Ending.Cut);
    }

    [Theory]
    [InlineData("error=overloaded_error,3", "overloaded_error", 3)]
    [InlineData("error=api_error", "api_error", 2)]
    public async Task an_error_event_ends_the_stream(string directive, string type, int after)
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate(directive, stream: true));
        var events = SseEvent.All(await response.Content.ReadAsStringAsync(Cancellation));
        var row = await Simulator.RowOf(response);

        events.Should().HaveCount(after + 1);
        events[^1].Type.Should().Be("error");
        events[^1].Json.GetProperty("error").GetProperty("type").GetString().Should().Be(type);
        (row.Ending, row.Events).Should().Be((Ending.ErrorEvent, after + 1));
    }

    [Fact]
    public async Task a_stall_for_ever_lasts_until_the_client_leaves()
    {
        var response = await Simulator.PostAsync(RunningSimulator.Simulate("stall=3 events=9", stream: true));
        var stream = await response.Content.ReadAsStreamAsync(Cancellation);
        var read = "";
        while (read.Split("\n\n").Length <= 3)
        {
            var buffer = new byte[4096];
            read += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancellation));
        }

        Simulator.Tally.InFlight.Should().Be(1);
        var requestId = response.Headers.GetValues("request-id").Single();
        response.Dispose();
        var row = await Simulator.Tally.WaitForAsync(requestId, Cancellation);

        (row.Ending, row.Events).Should().Be((Ending.ClientLeft, 3));
        row.ClientLeftAfter.Should().BePositive();
        row.ResponseBytes.Should().Be(read.Length);
        row.Delivered!.OutputTokens.Should().Be(1);
        Simulator.Tally.InFlight.Should().Be(0);
    }

    [Fact]
    public async Task headers_travel_before_a_stall_at_the_very_start()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate("stall=0", stream: true));

        ((int)response.StatusCode).Should().Be(200);
    }

    [Fact]
    public async Task delays_are_kept()
    {
        var started = Stopwatch.GetTimestamp();
        var events = await Simulator.EventsAsync(RunningSimulator.Simulate("first-byte-delay=60 event-delay=15 stall=2,50 events=2", stream: true));

        events.Should().HaveCount(8);
        Stopwatch.GetElapsedTime(started).TotalMilliseconds.Should().BeGreaterThan(60 + (7 * 15) + 50 - 20, "timers may be early by a tick, never by much");
    }

    private static async Task<(string Read, bool Broken)> ReadUntilItEndsAsync(HttpResponseMessage response)
    {
        var read = new MemoryStream();
        try
        {
            await (await response.Content.ReadAsStreamAsync(Cancellation)).CopyToAsync(read, Cancellation);
            return (Encoding.UTF8.GetString(read.ToArray()), false);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return (Encoding.UTF8.GetString(read.ToArray()), true);
        }
    }
}
