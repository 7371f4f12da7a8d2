using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

public class BatchBodyTests
{
    [Fact]
    public void a_batch_is_the_sum_of_its_items()
    {
        var body = Bodies.Peeked(Bodies.Batch, BodyKind.Batch);

        body.Items.Should().Be(2);
        body.Model.Should().Be("claude-opus-5-5");
        body.BilledModels.Should().Equal("claude-opus-5-5", "claude-haiku-5-5");
        body.MaxTokens.Should().BeNull();
        body.OutputTokenCeiling.Should().Be(300);
        body.TenantIds.Should().Equal(new TenantId(TenantIdKind.Container, "container_1"));
        body.Stream.Should().BeFalse();
    }

    [Theory]
    [InlineData("{}", "requests: must be a list of at least one item")]
    [InlineData("{\"requests\":[]}", "requests: must be a list of at least one item")]
    [InlineData("{\"requests\":{}}", "requests: must be a list of at least one item")]
    [InlineData("{\"requests\":[1]}", "requests[0].item: must be an object")]
    [InlineData("{\"requests\":[{\"custom_id\":\"a\"}]}", "requests[0].params: is required")]
    [InlineData("{\"requests\":[{\"params\":[]}]}", "requests[0].params: must be an object")]
    [InlineData("{\"requests\":[],\"requests\":[]}", "requests: appears twice")]
    [InlineData("{\"requests\":[{\"params\":{\"model\":\"m\",\"max_tokens\":1}}],\"requests\":[]}", "requests: appears twice")]
    [InlineData("{\"Requests\":[]}", "Requests: is a known key in other case")]
    public void a_batch_is_a_list_of_items_with_params(string body, string message) =>
        Bodies.Refusal(body, BodyKind.Batch).Should().Be(message);

    [Theory]
    [InlineData("{\"params\":{\"model\":\"m\",\"max_tokens\":1},\"params\":{\"model\":\"n\",\"max_tokens\":1}}", "params: appears twice")]
    [InlineData("{\"params\":{\"model\":\"m\",\"max_tokens\":1},\"Params\":{}}", "Params: is a known key in other case")]
    [InlineData("{\"params\":{\"model\":\"m\",\"model\":\"n\",\"max_tokens\":1}}", "params.model: appears twice")]
    [InlineData("{\"params\":{\"model\":\"m\",\"Model\":\"n\",\"max_tokens\":1}}", "params.Model: is a known key in other case")]
    [InlineData("{\"params\":{\"model\":\"m\",\"x\":1,\"\\u0078\":1,\"max_tokens\":1}}", "params.x: appears twice")]
    [InlineData("{\"params\":{\"model\":\"m\",\"max_tokens\":0}}", "params.max_tokens: must be an integer from 1 to 1000000")]
    [InlineData("{\"params\":{\"model\":\"m\"}}", "params.max_tokens: is required")]
    [InlineData("{\"params\":{\"max_tokens\":1}}", "params.model: is required")]
    [InlineData("{\"params\":{\"model\":\"m\",\"max_tokens\":1,\"stream\":1}}", "params.stream: must be true or false")]
    public void every_item_is_checked_like_a_request_and_the_refusal_says_which(string item, string message) =>
        Bodies.Refusal(Batch("""{"custom_id":"a","params":{"model":"m","max_tokens":1}}""", item), BodyKind.Batch)
            .Should().Be("requests[1]." + message);

    [Fact]
    public void models_hidden_beside_the_params_count_too() =>
        Bodies.Peeked("""{"model":"z","requests":[{"model":"y","params":{"model":"a","max_tokens":1,"fallbacks":[{"model":"b"}]}}]}""", BodyKind.Batch)
            .BilledModels.Should().BeEquivalentTo("a", "b", "y", "z");

    [Fact]
    public void an_item_is_as_deep_as_a_request_may_be()
    {
        static string Body(int levels) =>
            Batch(Item("m", $",\"x\":{new string('[', levels - 1)}{new string(']', levels - 1)}"));

        Bodies.Peeked(Body(64), BodyKind.Batch).Items.Should().Be(1);
        Bodies.Refusal(Body(65), BodyKind.Batch).Should().StartWith("body: not valid JSON, or nested deeper");
    }

    [Fact]
    public void a_hundred_nested_models_are_an_items_limit_not_the_batchs()
    {
        var fallbacks = string.Join(',', Enumerable.Repeat("{\"model\":\"b\"}", 60));
        var item = Item("a", $",\"fallbacks\":[{fallbacks}]");

        Bodies.Peeked(Batch(item, item), BodyKind.Batch).BilledModels.Should().Equal("a", "b");
    }

    [Fact]
    public void a_batch_has_at_most_100000_items_and_1000_models()
    {
        static string Body(int items, Func<int, string> model) =>
            Batch([.. Enumerable.Range(0, items).Select(i => Item(model(i)))]);

        Bodies.Peeked(Body(100_000, _ => "m"), BodyKind.Batch).OutputTokenCeiling.Should().Be(100_000);
        Bodies.Refusal(Body(100_001, _ => "m"), BodyKind.Batch).Should().Be("requests: holds more than 100000 items");
        Bodies.Peeked(Body(1_000, i => $"m{i}"), BodyKind.Batch).BilledModels.Should().HaveCount(1_000);
        Bodies.Refusal(Body(1_001, i => $"m{i}"), BodyKind.Batch).Should().EndWith("model: more than 1000 different ones");
    }

    private static string Batch(params string[] items) => $"{{\"requests\":[{string.Join(',', items)}]}}";

    private static string Item(string model, string more = "") => $"{{\"params\":{{\"model\":\"{model}\",\"max_tokens\":1{more}}}}}";
}
