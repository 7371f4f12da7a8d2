using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Scripts;

public class ScriptTests : SimulatorTest
{
    private const string WriteThenRun = """
        {
          "match": {"first_user_text_contains": "make hello"},
          "turns": [
            {"content": [{"type": "text", "text": "I write it."}, {"type": "tool_use", "name": "Write", "input": {"file_path": "/tmp/x", "content": "hé"}}]},
            {"content": [{"type": "tool_use", "name": "Bash", "input": {"command": "cat /tmp/x"}}], "simulate": "event-delay=1"},
            {"content": [{"type": "text", "text": "Done."}], "usage": {"output_tokens": 321}}
          ]
        }
        """;

    [Fact]
    public async Task a_tool_using_client_is_led_through_every_turn()
    {
        await LoadAsync(WriteThenRun);
        var conversation = RunningSimulator.Ask("please make hello");
        var names = new List<string?>();
        JsonElement answer;
        while ((answer = await Simulator.JsonAsync(conversation)).GetProperty("stop_reason").GetString() == "tool_use")
        {
            var use = answer.GetProperty("content").EnumerateArray().Last();
            names.Add(use.GetProperty("name").GetString());
            AddTurn(conversation, answer, use.GetProperty("id").GetString()!);
        }

        names.Should().Equal("Write", "Bash");
        answer.GetProperty("content")[0].GetProperty("text").GetString().Should().Be("Done.");
        answer.GetProperty("usage").GetProperty("output_tokens").GetInt64().Should().Be(321);
    }

    [Fact]
    public async Task a_repeated_turn_gets_the_same_answer_so_that_retries_do_no_harm()
    {
        await LoadAsync(WriteThenRun);

        var first = await Simulator.JsonAsync(RunningSimulator.Ask("make hello"));
        var again = await Simulator.JsonAsync(RunningSimulator.Ask("make hello"));

        again.GetProperty("content")[1].GetProperty("name").GetString().Should().Be("Write");
        again.GetProperty("content")[1].GetProperty("id").GetString().Should().NotBe(first.GetProperty("content")[1].GetProperty("id").GetString());
    }

    [Fact]
    public async Task the_input_of_a_tool_streams_verbatim()
    {
        await LoadAsync(WriteThenRun);
        var events = await Simulator.EventsAsync(RunningSimulator.Ask("make hello", stream: true));

        var input = string.Concat(events.Where(e => e.Type == "content_block_delta" && e.Json.GetProperty("index").GetInt32() == 1)
            .Select(e => e.Json.GetProperty("delta").GetProperty("partial_json").GetString()));
        input.Should().Be("""{"file_path": "/tmp/x", "content": "hé"}""");
    }

    [Fact]
    public async Task other_conversations_are_left_alone()
    {
        await LoadAsync(WriteThenRun);

        (await Simulator.JsonAsync(RunningSimulator.Ask("something else"))).GetProperty("stop_reason").GetString().Should().Be("end_turn");
    }

    [Fact]
    public async Task turns_in_order_are_counted_per_session()
    {
        await LoadAsync("""{"by": "order", "turns": [{"content": [{"type": "text", "text": "one"}]}, {"content": [{"type": "text", "text": "two"}]}]}""");

        (await SayAsync("a")).Should().Be("one");
        (await SayAsync("a")).Should().Be("two");
        (await SayAsync("b")).Should().Be("one");
        (await SayAsync("a")).Should().StartWith("Hello from the simulator");
    }

    [Fact]
    public async Task a_turn_can_be_an_error()
    {
        await LoadAsync("""{"by": "order", "turns": [{"content": [], "simulate": "status=529"}, {"content": [{"type": "text", "text": "two"}]}]}""");

        using var first = await Simulator.PostAsync(RunningSimulator.Ask());
        using var second = await Simulator.PostAsync(RunningSimulator.Ask());

        ((int)first.StatusCode).Should().Be(529);
        ((int)second.StatusCode).Should().Be(200);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"turns": []}""")]
    [InlineData("""{"turns": [{"content": [{"type": "video"}]}]}""")]
    [InlineData("""{"turns": [{"content": [], "simulate": "stutus=1"}]}""")]
    [InlineData("""{"turns": [{"contents": []}]}""")]
    [InlineData("""{"turns": [{"content": []}], "by": "luck"}""")]
    public async Task a_script_that_cannot_be_understood_is_refused(string script)
    {
        using var response = await Simulator.Http.PutAsync("/simulator/script", new StringContent(script, Encoding.UTF8, "application/json"), Cancellation);

        ((int)response.StatusCode).Should().Be(400);
    }

    private async Task LoadAsync(string script) =>
        (await Simulator.Http.PutAsync("/simulator/script", new StringContent(script, Encoding.UTF8, "application/json"), Cancellation))
            .EnsureSuccessStatusCode();

    private async Task<string> SayAsync(string session)
    {
        var answer = await Simulator.JsonAsync(RunningSimulator.Ask(), headers: ("x-claude-code-session-id", session));
        return answer.GetProperty("content")[0].GetProperty("text").GetString()!;
    }

    private static void AddTurn(JsonObject conversation, JsonElement answer, string toolUseId)
    {
        var messages = conversation["messages"]!.AsArray();
        messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = JsonNode.Parse(answer.GetProperty("content").GetRawText()) });
        messages.Add(new JsonObject
        {
            ["role"] = "user",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = toolUseId, ["content"] = "ok" }),
        });
    }
}
