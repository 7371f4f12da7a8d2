using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Bookkeeping;

public class TallyTests : SimulatorTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_row_says_what_a_raw_client_sent_and_read(bool stream)
    {
        Simulator.Tally.KeepBodies = true;
        var request = RunningSimulator.Simulate("events=20", stream);
        using var response = await Simulator.PostAsync(request, "/v1/messages?beta=true");
        var read = await response.Content.ReadAsByteArrayAsync(Cancellation);
        var row = await Simulator.RowOf(response);

        row.Request.Method.Should().Be("POST");
        row.Request.PathAndQuery.Should().Be("/v1/messages?beta=true");
        row.Request.HeaderValues("anthropic-version").Should().Equal("2023-06-01");
        Encoding.UTF8.GetString(row.Request.Body!).Should().Be(request.ToJsonString());
        row.Request.BodySha256.Should().Be(Convert.ToHexStringLower(SHA256.HashData(row.Request.Body!)));
        row.Request.Model.Should().Be("claude-opus-5-5");
        row.ResponseBytes.Should().Be(read.Length);
        row.ResponseSha256.Should().Be(Convert.ToHexStringLower(SHA256.HashData(read)));
        row.ResponseBody.Should().Equal(read);
        row.Complete.Should().BeTrue();
        row.Streamed.Should().Be(stream);
        row.Events.Should().Be(stream ? SseEvent.All(Encoding.UTF8.GetString(read)).Count : 0);
        row.Delivered.Should().BeEquivalentTo(row.Generated);
        row.Generated!.OutputTokens.Should().Be(20);
    }

    [Fact]
    public async Task bodies_are_not_kept_unless_asked_for()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Ask());
        var row = await Simulator.RowOf(response);

        row.Request.Body.Should().BeNull();
        row.ResponseBody.Should().BeNull();
    }

    [Fact]
    public async Task two_hundred_parallel_streams_are_counted_exactly()
    {
        const int Streams = 200;
        var read = await Task.WhenAll(Enumerable.Range(1, Streams).Select(async n =>
        {
            using var response = await Simulator.PostAsync(RunningSimulator.Simulate($"events={n} event-delay=1", stream: true));
            var bytes = await response.Content.ReadAsByteArrayAsync(Cancellation);
            return (Id: response.Headers.GetValues("request-id").Single(), Bytes: bytes, Tokens: n);
        }));

        foreach (var (id, bytes, tokens) in read)
        {
            var row = await Simulator.Tally.WaitForAsync(id, Cancellation);
            row.ResponseSha256.Should().Be(Convert.ToHexStringLower(SHA256.HashData(bytes)));
            row.Delivered!.OutputTokens.Should().Be(tokens);
        }

        var totals = Simulator.Tally.Totals();
        (totals.Calls, totals.Complete, totals.InFlight).Should().Be((Streams, Streams, 0));
        totals.ResponseBytes.Should().Be(read.Sum(r => r.Bytes.Length));
        totals.Generated["claude-opus-5-5"].OutputTokens.Should().Be(Streams * (Streams + 1) / 2);
        totals.Delivered["claude-opus-5-5"].Should().Be(totals.Generated["claude-opus-5-5"]);
        Simulator.Tally.Rows().Select(row => row.Index).Should().Equal(Enumerable.Range(1, Streams).Select(n => (long)n));
    }

    [Fact]
    public async Task totals_tell_generated_from_delivered()
    {
        using var whole = await Simulator.PostAsync(RunningSimulator.Simulate("events=10", stream: true));
        using var cut = await Simulator.PostAsync(RunningSimulator.Simulate("events=10 cut=4", stream: true));
        await whole.Content.ReadAsByteArrayAsync(Cancellation);
        await cut.Content.ReadAsByteArrayAsync(Cancellation);
        await Simulator.RowOf(whole);
        await Simulator.RowOf(cut);
        var totals = Simulator.Tally.Totals();

        totals.Generated["claude-opus-5-5"].OutputTokens.Should().Be(20);
        totals.Delivered["claude-opus-5-5"].OutputTokens.Should().Be(11);
    }

    [Fact]
    public async Task the_books_are_open_over_http()
    {
        using var first = await Simulator.PostAsync(RunningSimulator.Ask());
        using var second = await Simulator.PostAsync(RunningSimulator.Ask(stream: true));
        await second.Content.ReadAsByteArrayAsync(Cancellation);
        var row = await Simulator.RowOf(second);
        await Simulator.RowOf(first);

        var rows = await Simulator.Http.GetFromJsonAsync<JsonElement>("/simulator/tally", Cancellation);
        var later = await Simulator.Http.GetFromJsonAsync<JsonElement>("/simulator/tally?after=1", Cancellation);
        var one = await Simulator.Http.GetFromJsonAsync<JsonElement>("/simulator/tally/" + row.RequestId, Cancellation);
        var totals = await Simulator.Http.GetFromJsonAsync<JsonElement>("/simulator/tally/totals", Cancellation);
        var last = await Simulator.Http.GetFromJsonAsync<JsonElement>("/simulator/requests/last", Cancellation);

        rows.GetArrayLength().Should().Be(2);
        later.GetArrayLength().Should().Be(1);
        one.GetProperty("response_sha256").GetString().Should().Be(row.ResponseSha256);
        one.GetProperty("ending").GetString().Should().Be("complete");
        one.GetProperty("delivered").GetProperty("ephemeral_5m_input_tokens").GetInt64().Should().Be(0);
        totals.GetProperty("generated").GetProperty("claude-opus-5-5").GetProperty("output_tokens").GetInt64().Should().Be(58);
        last.GetProperty("path_and_query").GetString().Should().Be("/v1/messages");

        await Simulator.Http.DeleteAsync("/simulator/tally", Cancellation);
        (await Simulator.Http.GetFromJsonAsync<JsonElement>("/simulator/tally", Cancellation)).GetArrayLength().Should().Be(0);
        Simulator.Tally.Totals().Calls.Should().Be(0);
    }

    [Fact]
    public async Task bodies_can_be_kept_over_http()
    {
        (await Simulator.Http.PutAsJsonAsync("/simulator/tally/bodies", true, Cancellation)).EnsureSuccessStatusCode();

        Simulator.Tally.KeepBodies.Should().BeTrue();
    }

    [Fact]
    public async Task an_arrival_is_known_before_its_answer_ends()
    {
        var arrival = Simulator.Tally.WaitForArrivalAsync(request => request.Model == "claude-haiku-5-5", Cancellation);
        var asked = Simulator.PostAsync(RunningSimulator.Ask("[simulate: first-byte-delay=3600000]", model: "claude-haiku-5-5"));

        (await arrival).PathAndQuery.Should().Be("/v1/messages");
        asked.IsCompleted.Should().BeFalse();
        Simulator.Http.CancelPendingRequests();
        await FluentActions.Awaiting(() => asked).Should().ThrowAsync<OperationCanceledException>();
        (await Simulator.Tally.WaitForAsync(row => row.Ending == Ending.ClientLeft, Cancellation)).Status.Should().Be(0);
    }
}
