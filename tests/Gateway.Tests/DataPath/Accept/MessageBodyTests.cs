using System.Text;
using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

public class MessageBodyTests
{
    [Fact]
    public void an_agents_request_yields_its_facts()
    {
        var body = Bodies.Peeked(Bodies.Agent);

        body.Model.Should().Be("claude-opus-5-5");
        body.MaxTokens.Should().Be(32000);
        body.OutputTokenCeiling.Should().Be(32000);
        body.Stream.Should().BeTrue();
        body.ServiceTier.Should().Be("auto");
        body.Speed.Should().BeNull();
        body.InferenceGeo.Should().BeNull();
        body.ToolCount.Should().Be(3);
        body.HasServerTools.Should().BeTrue();
        body.BilledModels.Should().Equal("claude-opus-5-5");
        body.TenantIds.Should().BeEmpty();
        body.FallbacksDefault.Should().BeFalse();
        body.Items.Should().Be(1);
    }

    [Fact]
    public void the_smallest_request_does_not_stream()
    {
        var body = Bodies.Peeked("""{"model":"m","max_tokens":1}""");

        body.Stream.Should().BeFalse();
        body.ToolCount.Should().Be(0);
        body.HasServerTools.Should().BeFalse();
    }

    [Fact]
    public void a_token_count_may_leave_out_max_tokens()
    {
        Bodies.Peeked("""{"model":"m"}""", BodyKind.CountTokens).MaxTokens.Should().BeNull();
        Bodies.Peeked("""{"model":"m","max_tokens":7}""", BodyKind.CountTokens).MaxTokens.Should().Be(7);
    }

    [Fact]
    public void a_completion_names_its_limit_differently()
    {
        Bodies.Peeked("""{"model":"m","max_tokens_to_sample":9,"prompt":"p"}""", BodyKind.Complete).MaxTokens.Should().Be(9);
        Bodies.Refusal("""{"model":"m","max_tokens":9}""", BodyKind.Complete).Should().Be("max_tokens_to_sample: is required");
    }

    [Theory]
    [InlineData("""{"max_tokens":1}""", "model: is required")]
    [InlineData("""{"model":"m"}""", "max_tokens: is required")]
    [InlineData("""{"model":null,"max_tokens":1}""", "model: must be a string")]
    [InlineData("""{"model":5,"max_tokens":1}""", "model: must be a string")]
    [InlineData("""{"model":["m"],"max_tokens":1}""", "model: must be a string")]
    [InlineData("""{"model":"","max_tokens":1}""", "model: is empty")]
    [InlineData("""{"model":"a\u0000b","max_tokens":1}""", "model: holds a control character")]
    [InlineData("""{"model":"a\r\nx-api-key: b","max_tokens":1}""", "model: holds a control character")]
    [InlineData("""{"model":"a\u0085","max_tokens":1}""", "model: holds a control character")]
    [InlineData("""{"model":"\ud800","max_tokens":1}""", "body: a key or an id holds half a surrogate pair")]
    [InlineData("""{"model":"\udc00x","max_tokens":1}""", "body: a key or an id holds half a surrogate pair")]
    [InlineData("""{"model":"m","max_tokens":1,"\ud800":1}""", "body: a key or an id holds half a surrogate pair")]
    [InlineData("[]", "body: must be a JSON object")]
    [InlineData("\"model\"", "body: must be a JSON object")]
    [InlineData("", "body: is empty")]
    public void what_is_missing_or_of_the_wrong_type_is_refused_by_name(string body, string message) =>
        Bodies.Refusal(body).Should().Be(message);

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("1E0")]
    [InlineData("1e400")]
    [InlineData("1000001")]
    [InlineData("1e20")]
    [InlineData("100000000000000000000")]
    [InlineData("18446744073709551617")]
    [InlineData("\"5\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[5]")]
    public void max_tokens_is_digits_from_one_to_a_million(string value) =>
        Bodies.Refusal($$"""{"model":"m","max_tokens":{{value}}}""").Should().Be("max_tokens: must be an integer from 1 to 1000000");

    [Fact]
    public void max_tokens_reaches_from_one_to_a_million()
    {
        Bodies.Peeked("""{"model":"m","max_tokens":1}""").MaxTokens.Should().Be(1);
        Bodies.Peeked("""{"model":"m","max_tokens":1000000}""").MaxTokens.Should().Be(1_000_000);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"true\"")]
    [InlineData("[]")]
    public void stream_is_a_boolean(string value) =>
        Bodies.Refusal(Bodies.With($"\"stream\":{value}")).Should().Be("stream: must be true or false");

    [Fact]
    public void a_model_has_at_most_128_characters()
    {
        var longest = new string('é', 128);

        Bodies.Peeked($$"""{"model":"{{longest}}","max_tokens":1}""").Model.Should().Be(longest);
        Bodies.Refusal($$"""{"model":"{{longest}}x","max_tokens":1}""").Should().Be("model: is longer than 128 characters");
        Bodies.Refusal($$"""{"model":"{{new string('x', 5000)}}","max_tokens":1}""").Should().Be("model: is longer than 128 characters");
    }

    [Fact]
    public void an_escaped_model_is_the_decoded_one() =>
        Bodies.Peeked("""{"model":"\u0063laude-\ud83d\ude00","max_tokens":1}""").Model.Should().Be("claude-😀");

    [Theory]
    [InlineData("\"model\":\"x\"", "model")]
    [InlineData("\"\\u006dodel\":\"x\"", "model")]
    [InlineData("\"max_tok\\u0065ns\":1", "max_tokens")]
    [InlineData("\"temperature\":1,\"temperature\":1", "temperature")]
    [InlineData("\"anything\":1,\"anythin\\u0067\":1", "anything")]
    [InlineData("\"\":1,\"\":1", "")]
    [InlineData("\"input\":{},\"input\":{}", "input")]
    public void a_key_at_the_top_appears_once_however_it_is_spelled(string fields, string name) =>
        Bodies.Refusal(Bodies.With(fields)).Should().Be($"{name}: appears twice");

    [Theory]
    [InlineData("Model")]
    [InlineData("MODEL")]
    [InlineData("Max_Tokens")]
    [InlineData("max_to\u212Aens")]
    [InlineData("STREAM")]
    [InlineData("\u017Ftream")]
    [InlineData("Metadata")]
    [InlineData("Tools")]
    [InlineData("toolS")]
    [InlineData("System")]
    [InlineData("Messages")]
    [InlineData("Thinking")]
    [InlineData("Service_Tier")]
    [InlineData("Fallbacks")]
    [InlineData("Speed")]
    [InlineData("Container")]
    [InlineData("Thread")]
    [InlineData("Billing_Policy")]
    [InlineData("\\u004dodel")]
    [InlineData("\\u017ftream")]
    public void a_policy_key_in_other_case_is_refused(string key) =>
        Bodies.Refusal(Bodies.With($"\"{key}\":1")).Should().EndWith(": is a known key in other case");

    [Theory]
    [InlineData("models")]
    [InlineData("mode")]
    [InlineData("Temperature")]
    [InlineData("Input")]
    [InlineData("modèle")]
    [InlineData("a_key_that_no_one_has_heard_of")]
    public void unknown_keys_pass(string key) => Bodies.Peeked(Bodies.With($"\"{key}\":1")).Model.Should().Be("claude-opus-5-5");

    [Fact]
    public void a_refusal_shows_little_of_what_was_sent_and_only_printable_ascii()
    {
        var key = new string('k', 100);
        var message = Bodies.Refusal(Bodies.With($"\"{key}\":1,\"{key}\":2"));

        message.Should().Be(new string('k', 64) + ": appears twice");
        Bodies.Refusal(Bodies.With("\"<b>\\u001b[é\":1,\"<b>\\u001b[é\":1")).Should().Be("?b??[?: appears twice");
    }

    [Fact]
    public void nested_objects_may_hold_any_key_twice()
    {
        Bodies.Peeked(Bodies.With("\"metadata\":{\"Stream\":1,\"stream\":2,\"stream\":3,\"max_tokens\":\"x\"}")).Stream.Should().BeFalse();
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(5000, false)]
    public void nesting_ends_at_64_levels(int levels, bool passes)
    {
        var inner = levels - 1;
        var arrays = Bodies.With($"\"x\":{new string('[', inner)}{new string(']', inner)}");
        var skipped = Bodies.With($"\"input\":{string.Concat(Enumerable.Repeat("{\"a\":", inner))}1{new string('}', inner)}");

        (Bodies.Peek(arrays) is PeekResult.Peeked).Should().Be(passes);
        (Bodies.Peek(skipped) is PeekResult.Peeked).Should().Be(passes);
    }

    [Fact]
    public void a_tool_schema_sixty_levels_deep_passes()
    {
        var schema = string.Concat(Enumerable.Repeat("{\"items\":", 60)) + "1" + new string('}', 60);

        Bodies.Peeked(Bodies.With($"\"tools\":[{{\"name\":\"t\",\"input_schema\":{schema}}}]")).ToolCount.Should().Be(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"x\":")]
    [InlineData("\"input\":[{}],\"y\":[{\"input\":")]
    public void an_object_has_at_most_100000_keys(string where)
    {
        const int most = 100_000;
        var atTop = where.Length == 0;
        var tail = where.Contains('[') ? "}]" : "";
        string Body(int keys)
        {
            var fields = string.Join(',', Enumerable.Range(0, keys).Select(i => $"\"k{i}\":0"));
            return Bodies.With(atTop ? fields : $"{where}{{{fields}}}{tail}");
        }

        Bodies.Peek(Body(atTop ? most - 2 : most)).Should().BeOfType<PeekResult.Peeked>();
        Bodies.Refusal(Body(atTop ? most - 1 : most + 1)).Should().Be("body: an object has more than 100000 keys");
    }

    [Fact]
    public void a_key_at_the_top_has_at_most_1000_bytes() =>
        Bodies.Refusal(Bodies.With($"\"{new string('k', 1001)}\":1")).Should().Be("body: a key is longer than 1000 bytes");

    [Theory]
    [InlineData("{\"type\":\"custom\",\"name\":\"t\"}", false)]
    [InlineData("{\"name\":\"t\",\"input_schema\":{\"type\":\"object\"}}", false)]
    [InlineData("{\"type\":\"text_editor_20250728\"}", false)]
    [InlineData("{\"type\":\"tool_search_tool_regex_20251119\"}", false)]
    [InlineData("{\"type\":\"web_search_20260209\"}", true)]
    [InlineData("{\"type\":\"code_execution_20250825\"}", true)]
    [InlineData("{\"type\":\"something_new_20270101\"}", true)]
    [InlineData("{\"type\":\"custom\",\"type\":\"web_search_20260209\"}", true)]
    public void a_tool_is_the_servers_unless_it_is_known_to_be_the_clients(string tool, bool isServers) =>
        Bodies.Peeked(Bodies.With($"\"tools\":[{tool}]")).HasServerTools.Should().Be(isServers);

    [Theory]
    [InlineData("\"speed\":\"fast\"", "fast")]
    [InlineData("\"speed\":\"standard\"", "standard")]
    [InlineData("\"speed\":\"standard\",\"fallbacks\":[{\"model\":\"m\",\"speed\":\"fast\"}]", "fast")]
    [InlineData("\"fallbacks\":[{\"model\":\"m\",\"speed\":\"fast\"}],\"speed\":\"standard\"", "fast")]
    [InlineData("\"fallbacks\":[{\"model\":\"m\",\"speed\":\"standard\"}]", null)]
    [InlineData("\"speed\":null", null)]
    public void the_dearest_speed_that_can_be_billed_is_the_speed(string fields, string? speed) =>
        Bodies.Peeked(Bodies.With(fields)).Speed.Should().Be(speed);

    [Fact]
    public void a_fallback_with_a_larger_limit_raises_the_ceiling_but_not_max_tokens()
    {
        var body = Bodies.Peeked(Bodies.With("\"fallbacks\":[{\"model\":\"a\",\"max_tokens\":500},{\"model\":\"b\",\"max_tokens\":5}]"));

        body.MaxTokens.Should().Be(10);
        body.OutputTokenCeiling.Should().Be(500);
        Bodies.Refusal(Bodies.With("\"fallbacks\":[{\"model\":\"a\",\"max_tokens\":1e9}]"))
            .Should().Be("max_tokens: must be an integer from 1 to 1000000");
    }

    [Fact]
    public void geography_and_tier_are_words()
    {
        var body = Bodies.Peeked(Bodies.With("\"inference_geo\":\"us\",\"service_tier\":\"standard_only\""));

        body.InferenceGeo.Should().Be("us");
        body.ServiceTier.Should().Be("standard_only");
        Bodies.Refusal(Bodies.With($"\"inference_geo\":\"{new string('u', 65)}\"")).Should().Be("inference_geo: is longer than 64 characters");
    }

    [Fact]
    public void bytes_that_are_not_utf8_are_refused_wherever_they_stand()
    {
        foreach (var place in new[] { Bodies.With("\"metadata\":\"@\""), Bodies.With("\"@\":1"), Bodies.With("\"input\":{\"a\":\"@\"}") })
        {
            foreach (byte[] bad in new byte[][] { [0xFF], [0xC0, 0xAE], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80] })
            {
                var at = place.IndexOf('@', StringComparison.Ordinal);
                byte[] body = [.. Encoding.UTF8.GetBytes(place[..at]), .. bad, .. Encoding.UTF8.GetBytes(place[(at + 1)..])];

                Bodies.Peek(body).Should().Be(new PeekResult.Malformed("body: is not valid UTF-8"));
            }
        }
    }

    [Fact]
    public void other_encodings_and_byte_order_marks_are_refused()
    {
        Bodies.Peek([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Bodies.Agent)]).Should().BeOfType<PeekResult.Malformed>();
        Bodies.Peek(Encoding.Unicode.GetBytes(Bodies.Agent)).Should().BeOfType<PeekResult.Malformed>();
        Bodies.Peek([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Bodies.Agent)]).Should().BeOfType<PeekResult.Malformed>();
        Bodies.Peek(Encoding.BigEndianUnicode.GetBytes(Bodies.Agent)).Should().BeOfType<PeekResult.Malformed>();
        Bodies.Peek(Encoding.UTF32.GetBytes(Bodies.Agent)).Should().BeOfType<PeekResult.Malformed>();
    }
}
