using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Messages;

public class MessageShapeTests : SimulatorTest
{
    [Fact]
    public async Task a_plain_answer_is_a_message_with_usage()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Ask("hello [simulate: text=\"abcdefgh\"]"), "/v1/messages?beta=true");
        var message = await RunningSimulator.JsonOf(response);

        ((int)response.StatusCode).Should().Be(200);
        response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
        message.GetProperty("type").GetString().Should().Be("message");
        message.GetProperty("role").GetString().Should().Be("assistant");
        message.GetProperty("id").GetString().Should().StartWith("msg_");
        message.GetProperty("model").GetString().Should().Be("claude-opus-5-5");
        message.GetProperty("stop_reason").GetString().Should().Be("end_turn");
        message.GetProperty("content")[0].GetProperty("text").GetString().Should().Be("abcdefgh");
        var usage = message.GetProperty("usage");
        usage.GetProperty("input_tokens").GetInt64().Should().Be(("hello [simulate: text=\"abcdefgh\"]".Length + 3) / 4);
        usage.GetProperty("output_tokens").GetInt64().Should().Be(2);
        usage.GetProperty("service_tier").GetString().Should().Be("standard");
        usage.GetProperty("inference_geo").GetString().Should().Be("not_available");
        usage.GetProperty("cache_creation").GetProperty("ephemeral_5m_input_tokens").GetInt64().Should().Be(0);
    }

    [Fact]
    public async Task every_answer_carries_the_headers_of_the_api_and_its_proxies()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Ask());
        var headers = response.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.Single());

        headers["request-id"].Should().StartWith("req_");
        headers.Should().ContainKeys("anthropic-organization-id", "cf-ray", "set-cookie", "server", "via");
        foreach (var limit in (string[])["requests", "tokens", "input-tokens", "output-tokens"])
        {
            headers.Should().ContainKeys(
                $"anthropic-ratelimit-{limit}-limit", $"anthropic-ratelimit-{limit}-remaining", $"anthropic-ratelimit-{limit}-reset");
        }
    }

    [Fact]
    public async Task a_stream_tells_the_message_in_order()
    {
        var events = await Simulator.EventsAsync(RunningSimulator.Simulate("events=3 pings=2", stream: true));

        events.Select(e => e.Type).Should().Equal(
            "message_start", "ping", "ping", "content_block_start", "ping",
            "content_block_delta", "content_block_delta", "content_block_delta", "content_block_stop", "message_delta", "message_stop");
        events.Should().OnlyContain(e => e.Json.GetProperty("type").GetString() == e.Type);
        var start = events[0].Json.GetProperty("message").GetProperty("usage");
        start.GetProperty("output_tokens").GetInt64().Should().Be(1);
        var end = events[^2].Json;
        end.GetProperty("delta").GetProperty("stop_reason").GetString().Should().Be("end_turn");
        end.GetProperty("usage").GetProperty("output_tokens").GetInt64().Should().Be(3);
    }

    [Fact]
    public async Task stream_and_plain_answer_say_the_same()
    {
        var plain = await Simulator.JsonAsync(RunningSimulator.Ask());
        var events = await Simulator.EventsAsync(RunningSimulator.Ask(stream: true));

        var streamed = string.Concat(events.Where(e => e.Type == "content_block_delta").Select(e => e.Json.GetProperty("delta").GetProperty("text").GetString()));
        streamed.Should().Be(plain.GetProperty("content")[0].GetProperty("text").GetString());
        events[^2].Json.GetProperty("usage").GetProperty("output_tokens").GetInt64()
            .Should().Be(plain.GetProperty("usage").GetProperty("output_tokens").GetInt64());
    }

    [Fact]
    public async Task a_stream_has_every_kind_of_block_and_delta()
    {
        var request = RunningSimulator.Simulate("content=thinking,web_search,citations,tool_use,fallback,compaction,advisor,text", stream: true);
        var events = await Simulator.EventsAsync(request, ("anthropic-beta", "thinking-token-count-2026-05-13"));

        events.Where(e => e.Type == "content_block_start").Select(e => e.Json.GetProperty("content_block").GetProperty("type").GetString())
            .Should().Equal(
                "thinking", "server_tool_use", "web_search_tool_result", "text", "tool_use",
                "fallback", "compaction", "server_tool_use", "advisor_tool_result", "text");
        var deltas = events.Where(e => e.Type == "content_block_delta").Select(e => e.Json.GetProperty("delta")).ToList();
        deltas.Select(d => d.GetProperty("type").GetString()).Distinct().Should().BeEquivalentTo(
            "thinking_delta", "signature_delta", "input_json_delta", "text_delta", "citations_delta", "compaction_delta");
        deltas.First(d => d.GetProperty("type").GetString() == "thinking_delta").GetProperty("estimated_tokens").GetInt64().Should().BePositive();
    }

    [Fact]
    public async Task the_pieces_of_a_tool_input_make_its_json()
    {
        var request = RunningSimulator.Simulate("content=tool_use", stream: true);
        request["tools"] = new JsonArray(new JsonObject { ["name"] = "look_up", ["input_schema"] = new JsonObject { ["type"] = "object" } });
        var events = await Simulator.EventsAsync(request);

        var block = events.First(e => e.Type == "content_block_start").Json.GetProperty("content_block");
        block.GetProperty("name").GetString().Should().Be("look_up");
        block.GetProperty("id").GetString().Should().StartWith("toolu_");
        block.GetProperty("caller").GetProperty("type").GetString().Should().Be("direct");
        var input = string.Concat(events.Where(e => e.Type == "content_block_delta").Select(e => e.Json.GetProperty("delta").GetProperty("partial_json").GetString()));
        JsonDocument.Parse(input).RootElement.GetProperty("location").GetString().Should().Be("Zürich");
        events[^2].Json.GetProperty("delta").GetProperty("stop_reason").GetString().Should().Be("tool_use");
    }

    [Fact]
    public async Task a_fallback_names_the_first_model_at_the_start_and_the_serving_one_in_its_block()
    {
        var request = RunningSimulator.Simulate("content=fallback,text", stream: true);
        request["fallbacks"] = new JsonArray(new JsonObject { ["model"] = "claude-haiku-5-5" });
        using var response = await Simulator.PostAsync(request);
        var events = SseEvent.All(await response.Content.ReadAsStringAsync(Cancellation));

        events[0].Json.GetProperty("message").GetProperty("model").GetString().Should().Be("claude-opus-5-5");
        var block = events.First(e => e.Type == "content_block_start").Json.GetProperty("content_block");
        block.GetProperty("to").GetProperty("model").GetString().Should().Be("claude-haiku-5-5");
        block.GetProperty("trigger").GetProperty("type").GetString().Should().Be("refusal");
        events[^2].Json.GetProperty("usage").GetProperty("iterations")[1].GetProperty("type").GetString().Should().Be("fallback_message");
        (await Simulator.RowOf(response)).Model.Should().Be("claude-haiku-5-5");
    }

    [Fact]
    public async Task omitted_thinking_is_charged_but_not_sent()
    {
        var request = RunningSimulator.Simulate("thinking-tokens=40 text=\"abcd\"");
        request["thinking"] = new JsonObject { ["type"] = "adaptive", ["display"] = "omitted" };
        var message = await Simulator.JsonAsync(request);

        message.GetProperty("content")[0].GetProperty("thinking").GetString().Should().BeEmpty();
        message.GetProperty("content")[0].GetProperty("signature").GetString().Should().NotBeEmpty();
        message.GetProperty("usage").GetProperty("output_tokens").GetInt64().Should().Be(41);
        message.GetProperty("usage").GetProperty("output_tokens_details").GetProperty("thinking_tokens").GetInt64().Should().Be(40);
    }

    [Fact]
    public async Task max_tokens_ends_the_answer()
    {
        var message = await Simulator.JsonAsync(RunningSimulator.Ask("[simulate: output-tokens=500]", maxTokens: 7));

        message.GetProperty("stop_reason").GetString().Should().Be("max_tokens");
        message.GetProperty("usage").GetProperty("output_tokens").GetInt64().Should().Be(7);
        message.GetProperty("content")[0].GetProperty("text").GetString().Should().HaveLength(28);
    }

    [Fact]
    public async Task speed_and_place_of_the_request_come_back_in_the_usage()
    {
        var request = RunningSimulator.Ask();
        request["speed"] = "fast";
        request["inference_geo"] = "us";
        var usage = (await Simulator.JsonAsync(request)).GetProperty("usage");

        usage.GetProperty("speed").GetString().Should().Be("fast");
        usage.GetProperty("inference_geo").GetString().Should().Be("us");
    }
}
