using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

public class BilledModelsTests
{
    private const string Top = "claude-opus-5-5";

    [Theory]
    [InlineData("\"fallbacks\":[{\"model\":\"b\"},{\"model\":\"c\"}]", "b,c")]
    [InlineData("\"fallbacks\":[\"b\"]", "b")]
    [InlineData("\"fallbacks\":\"cheapest\"", "cheapest")]
    [InlineData("\"tools\":[{\"type\":\"advisor_20260301\",\"name\":\"advisor\",\"model\":\"b\"}]", "b")]
    [InlineData("\"tools\":[{\"model\":\"b\"}],\"fallbacks\":[{\"model\":\"c\"}]", "b,c")]
    [InlineData("\"unheard_of\":{\"a\":[[{\"model\":\"b\"}]]}", "b")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"new\",\"model\":\"b\"}]}]", "b")]
    [InlineData("\"metadata\":{\"\\u006dodel\":\"b\"}", "b")]
    [InlineData("\"metadata\":{\"Model\":\"b\"}", "b")]
    [InlineData("\"metadata\":{\"model\":{\"model\":\"b\"}}", "b")]
    [InlineData("\"fallbacks\":[{\"Input\":{\"model\":\"b\"}}]", "b")]
    [InlineData("\"fallbacks\":[{\"model\":\"claude-opus-5-5\"},{\"model\":\"b\"},{\"model\":\"b\"}]", "b")]
    public void every_model_named_below_the_top_counts(string fields, string others) =>
        Bodies.Peeked(Bodies.With(fields)).BilledModels.Should().Equal([Top, .. others.Split(',')]);

    [Theory]
    [InlineData("input")]
    [InlineData("input_schema")]
    [InlineData("input_examples")]
    [InlineData("output_schema")]
    [InlineData("output_examples")]
    [InlineData("schema")]
    [InlineData("tags")]
    [InlineData("classifier_context")]
    [InlineData("inp\\u0075t")]
    public void the_callers_own_data_names_no_model(string key)
    {
        Bodies.Peeked(Bodies.With($"\"tools\":[{{\"{key}\":{{\"model\":\"b\",\"model\":\"c\",\"x\":[{{\"model\":\"d\"}}]}}}}]"))
            .BilledModels.Should().Equal(Top);
        Bodies.Peeked(Bodies.With($"\"{key}\":[{{\"model\":\"b\"}}]")).BilledModels.Should().Equal(Top);
    }

    [Fact]
    public void what_follows_the_callers_own_data_counts_again() =>
        Bodies.Peeked(Bodies.With("\"tools\":[{\"input_schema\":{\"a\":{}},\"model\":\"b\"}]")).BilledModels.Should().Equal(Top, "b");

    [Theory]
    [InlineData("{\"type\":\"fallback\",\"from\":{\"model\":\"b\"},\"to\":{\"model\":\"c\"}}", "")]
    [InlineData("{\"from\":{\"model\":\"b\"},\"to\":{\"model\":\"c\"},\"type\":\"fallback\"}", "")]
    [InlineData("{\"type\":\"fall\\u0062ack\",\"from\":{\"model\":\"b\"}}", "")]
    [InlineData("{\"type\":\"other\",\"from\":{\"model\":\"b\"},\"to\":{\"model\":\"c\"}}", "b,c")]
    [InlineData("{\"from\":{\"model\":\"b\"}}", "b")]
    [InlineData("{\"type\":\"fallback\",\"type\":\"other\",\"from\":{\"model\":\"b\"}}", "b")]
    [InlineData("{\"type\":\"other\",\"type\":\"fallback\",\"from\":{\"model\":\"b\"}}", "b")]
    [InlineData("{\"Type\":\"fallback\",\"from\":{\"model\":\"b\"}}", "b")]
    [InlineData("{\"type\":\"fallback\",\"from\":{\"model\":\"b\"},\"from\":{\"model\":\"c\"}}", "c")]
    [InlineData("{\"type\":\"fallback\",\"from\":{\"deeper\":{\"model\":\"b\"}}}", "b")]
    [InlineData("{\"type\":\"fallback\",\"model\":\"b\"}", "b")]
    public void both_sides_of_a_past_fallback_bill_nothing(string block, string others) =>
        Bodies.Peeked(Bodies.With($"\"messages\":[{{\"role\":\"assistant\",\"content\":[{block}]}}]"))
            .BilledModels.Should().Equal([Top, .. others.Split(',', StringSplitOptions.RemoveEmptyEntries)]);

    [Fact]
    public void a_long_history_of_fallbacks_passes()
    {
        var block = "{\"type\":\"fallback\",\"from\":{\"model\":\"b\"},\"to\":{\"model\":\"c\"}}";

        Bodies.Peeked(Bodies.With($"\"messages\":[{string.Join(',', Enumerable.Repeat(block, 500))}]")).BilledModels.Should().Equal(Top);
    }

    [Theory]
    [InlineData("\"fallbacks\":[{\"model\":\"b\",\"model\":\"c\"}]")]
    [InlineData("\"fallbacks\":[{\"model\":\"b\",\"\\u006dodel\":\"c\"}]")]
    [InlineData("\"fallbacks\":[{\"model\":\"b\",\"Model\":\"c\"}]")]
    [InlineData("\"fallbacks\":[{\"model\":null,\"model\":\"c\"}]")]
    [InlineData("\"messages\":[{\"type\":\"fallback\",\"from\":{\"model\":\"b\",\"model\":\"c\"}}]")]
    public void a_nested_object_names_its_model_once(string fields) =>
        Bodies.Refusal(Bodies.With(fields)).Should().Be("model: appears twice in one object");

    [Fact]
    public void at_most_100_models_are_named_below_the_top()
    {
        static string Fallbacks(int count) =>
            Bodies.With($"\"fallbacks\":[{string.Join(',', Enumerable.Range(0, count).Select(i => $"{{\"model\":\"m{i}\"}}"))}]");

        Bodies.Peeked(Fallbacks(100)).BilledModels.Should().HaveCount(101);
        Bodies.Refusal(Fallbacks(101)).Should().Be("model: is named more than 100 times below the top");
    }

    [Theory]
    [InlineData("\"fallbacks\":[{\"model\":\"\"}]", "model: is empty")]
    [InlineData("\"fallbacks\":[{\"model\":\"a\\nb\"}]", "model: holds a control character")]
    [InlineData("\"fallbacks\":[{\"model\":\"\\ud800\"}]", "body: a key or an id holds half a surrogate pair")]
    public void a_nested_model_is_checked_like_the_one_at_the_top(string fields, string message) =>
        Bodies.Refusal(Bodies.With(fields)).Should().Be(message);

    [Theory]
    [InlineData("\"fallbacks\":\"default\"")]
    [InlineData("\"fallbacks\":\"d\\u0065fault\"")]
    [InlineData("\"fallbacks\":[\"default\"]")]
    public void default_fallbacks_leave_the_choice_to_the_api(string fields)
    {
        var body = Bodies.Peeked(Bodies.With(fields));

        body.FallbacksDefault.Should().BeTrue();
        body.BilledModels.Should().Equal(Top);
    }

    [Theory]
    [InlineData("\"fallbacks\":null")]
    [InlineData("\"fallbacks\":[]")]
    [InlineData("\"tools\":[{\"model\":5}]")]
    public void what_names_no_model_bills_none(string fields)
    {
        var body = Bodies.Peeked(Bodies.With(fields));

        body.FallbacksDefault.Should().BeFalse();
        body.BilledModels.Should().Equal(Top);
    }

    [Fact]
    public void the_model_at_the_top_comes_first_wherever_it_stands() =>
        Bodies.Peeked("""{"fallbacks":[{"model":"b"}],"max_tokens":1,"model":"a"}""").BilledModels.Should().Equal("a", "b");

    [Fact]
    public void a_token_count_is_read_by_the_same_rules() =>
        Bodies.Peeked("""{"model":"a","tools":[{"model":"b"}]}""", BodyKind.CountTokens).BilledModels.Should().Equal("a", "b");
}
