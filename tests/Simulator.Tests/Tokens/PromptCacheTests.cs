using System.Text.Json;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Tests.Tokens;

public class PromptCacheTests
{
    private readonly ManualClock _clock = new();
    private readonly PromptCache _cache;

    public PromptCacheTests() => _cache = new PromptCache(_clock);

    [Fact]
    public void a_prompt_without_breakpoints_is_all_input()
    {
        var usage = Charge("""{"system":"12345678","messages":[{"role":"user","content":"1234"}]}""");

        (usage.InputTokens, usage.CacheCreationInputTokens, usage.CacheReadInputTokens).Should().Be((3, 0, 0));
    }

    [Fact]
    public void a_breakpoint_writes_first_and_reads_afterwards()
    {
        const string Request = """
            {"system":[{"type":"text","text":"12345678","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"1234"}]}
            """;
        var first = Charge(Request);
        var second = Charge(Request);

        (first.InputTokens, first.CacheCreationInputTokens, first.CacheReadInputTokens, first.Ephemeral5mInputTokens).Should().Be((1, 2, 0, 2));
        (second.InputTokens, second.CacheCreationInputTokens, second.CacheReadInputTokens).Should().Be((1, 0, 2));
    }

    [Fact]
    public void the_ttl_decides_the_side_of_the_split()
    {
        var usage = Charge("""
            {"tools":[{"name":"abcdef","cache_control":{"type":"ephemeral","ttl":"1h"}}],
             "system":[{"type":"text","text":"12345678","cache_control":{"type":"ephemeral","ttl":"5m"}}],
             "messages":[{"role":"user","content":"1234"}]}
            """);

        (usage.Ephemeral1hInputTokens, usage.Ephemeral5mInputTokens, usage.CacheCreationInputTokens, usage.InputTokens).Should().Be((2, 2, 4, 1));
    }

    [Fact]
    public void a_conversation_reads_what_it_wrote_a_turn_ago_though_the_breakpoint_moved_and_the_text_became_a_string()
    {
        Charge("""{"messages":[{"role":"user","content":[{"type":"text","text":"12345678","cache_control":{"type":"ephemeral"}}]}]}""");
        var next = Charge("""
            {"messages":[{"role":"user","content":"12345678"},{"role":"assistant","content":"1234"},
             {"role":"user","content":[{"type":"text","text":"123412341234","cache_control":{"type":"ephemeral"}}]}]}
            """);

        (next.CacheReadInputTokens, next.CacheCreationInputTokens, next.InputTokens).Should().Be((2, 4, 0));
    }

    [Fact]
    public void another_key_another_model_or_another_text_reads_nothing()
    {
        const string Request = """{"messages":[{"role":"user","content":[{"type":"text","text":"1234","cache_control":{"type":"ephemeral"}}]}]}""";
        Charge(Request);

        Charge(Request, key: "another").CacheReadInputTokens.Should().Be(0);
        Charge(Request, model: "another").CacheReadInputTokens.Should().Be(0);
        Charge(Request.Replace("1234", "5678", StringComparison.Ordinal)).CacheReadInputTokens.Should().Be(0);
        Charge(Request).CacheReadInputTokens.Should().Be(1);
    }

    [Theory]
    [InlineData("5m", 4, 1)]
    [InlineData("5m", 6, 0)]
    [InlineData("1h", 59, 1)]
    [InlineData("1h", 61, 0)]
    public void an_entry_lives_as_long_as_its_ttl(string ttl, int minutes, long read)
    {
        var request = $$$"""
            {"messages":[{"role":"user","content":[{"type":"text","text":"1234","cache_control":{"type":"ephemeral","ttl":"{{{ttl}}}"}}]}]}
            """;
        Charge(request);
        _clock.Now += TimeSpan.FromMinutes(minutes);

        Charge(request).CacheReadInputTokens.Should().Be(read);
    }

    private UsageFigures Charge(string request, string key = "key", string model = "model")
    {
        using var json = JsonDocument.Parse(request);
        return _cache.Charge(PromptBlocks.Of(json.RootElement, key, model));
    }
}
