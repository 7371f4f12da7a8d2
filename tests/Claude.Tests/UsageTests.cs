using System.Text.Json;

namespace Latchkey.Claude.Tests;

public class UsageTests
{
    private static readonly Usage Full = new()
    {
        InputTokens = 1,
        OutputTokens = 2,
        CacheCreationInputTokens = 3,
        CacheReadInputTokens = 4,
        CacheCreation5mInputTokens = 1,
        CacheCreation1hInputTokens = 2,
        ThinkingTokens = 5,
        WebSearchRequests = 6,
        WebFetchRequests = 7,
        CodeExecutionRequests = 8,
        ServiceTier = "standard",
        InferenceGeo = "us",
        Speed = "fast",
        Iterations = [new UsageIteration { Type = "message", Model = "m", InputTokens = 1, CacheCreation1hInputTokens = 2 }],
    };

    [Fact]
    public void usages_with_equal_iterations_are_equal()
    {
        var same = Full with { Iterations = new List<UsageIteration>(Full.Iterations) };

        same.Should().Be(Full);
        same.GetHashCode().Should().Be(Full.GetHashCode());
        (Full with { Iterations = [new UsageIteration { Type = "message" }] }).Should().NotBe(Full);
        (Full with { Iterations = [] }).Should().NotBe(Full);
        (Full with { CacheCreation1hInputTokens = 9 }).Should().NotBe(Full);
    }

    [Fact]
    public void iterations_do_not_change_with_the_list_they_came_from()
    {
        var list = new List<UsageIteration> { new() { Type = "message" } };
        var usage = new Usage { Iterations = list };

        list.Clear();

        usage.Iterations.Should().ContainSingle();
    }

    [Fact]
    public void usage_is_stored_in_snake_case_without_zeros() =>
        JsonSerializer.Serialize(Full with { WebFetchRequests = 0, Speed = null }, UsageJson.Default.Usage).Should().Be(
            """{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"cache_creation_5m_input_tokens":1,"cache_creation_1h_input_tokens":2,"thinking_tokens":5,"web_search_requests":6,"code_execution_requests":8,"service_tier":"standard","inference_geo":"us","iterations":[{"type":"message","model":"m","input_tokens":1,"cache_creation_1h_input_tokens":2}]}""");

    [Fact]
    public void stored_usage_comes_back_as_it_was()
    {
        foreach (var usage in new[] { Full, Usage.None, new Usage { OutputTokens = 7 } })
        {
            JsonSerializer.Deserialize(JsonSerializer.Serialize(usage, UsageJson.Default.Usage), UsageJson.Default.Usage).Should().Be(usage);
        }
    }

    [Fact]
    public void usage_stored_by_another_version_can_be_read() =>
        JsonSerializer.Deserialize("""{"output_tokens":7,"a_later_field":{"x":1},"iterations":null}""", UsageJson.Default.Usage)
            .Should().Be(new Usage { OutputTokens = 7 });
}
