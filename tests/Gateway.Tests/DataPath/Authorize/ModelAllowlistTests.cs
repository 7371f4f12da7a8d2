using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Tests.DataPath.Authorize;

public class ModelAllowlistTests
{
    [Theory]
    [InlineData("claude-*", "claude-opus-5-5", true)]
    [InlineData("*", "anything", true)]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5-20250929", true)]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5", true)]
    [InlineData("CLAUDE-Sonnet-4-5", "claude-sonnet-4-5", true)]
    [InlineData("claude-haiku-*,claude-opus-5-5", "claude-opus-5-5", true)]
    [InlineData("claude-haiku-*,claude-opus-5-5", "claude-opus-5", false)]
    [InlineData("claude-sonnet-4-5-20250929", "claude-sonnet-4-5", false)]
    [InlineData("claude-*", "gpt-5", false)]
    public void a_model_is_allowed_by_id_alias_or_pattern(string list, string model, bool allowed) =>
        List(list).Allows(model).Should().Be(allowed);

    [Fact]
    public void entries_are_trimmed_and_distinct_whatever_their_case() =>
        List(" claude-a , claude-b,Claude-A").Patterns.Should().Equal("claude-a", "claude-b");

    [Theory]
    [InlineData("", "A model pattern has 1 to 128 characters, not 0.")]
    [InlineData("claude-a,,claude-b", "A model pattern has 1 to 128 characters, not 0.")]
    [InlineData("claude-*-5", "Model pattern 'claude-*-5' has a * before its end.")]
    [InlineData("**", "Model pattern '**' has a * before its end.")]
    [InlineData("claude a", "Model pattern 'claude a' holds a space or a character beyond ASCII.")]
    [InlineData("claude-é", "Model pattern 'claude-?' holds a space or a character beyond ASCII.")]
    [InlineData("claude\r\nx", "Model pattern 'claude??x' holds a space or a character beyond ASCII.")]
    public void a_pattern_that_cannot_work_is_refused_by_name(string list, string expected)
    {
        ModelAllowlist.TryParse(list, out var parsed, out var problem).Should().BeFalse();
        parsed.Should().BeNull();
        problem.Should().Be(expected);
    }

    [Fact]
    public void a_list_holds_1_to_200_entries()
    {
        ModelAllowlist.TryCreate([], out _, out var problem).Should().BeFalse();
        problem.Should().Be("A model list holds 1 to 200 entries, not 0.");
        ModelAllowlist.TryCreate([.. Enumerable.Range(0, 201).Select(i => $"m{i}")], out _, out problem).Should().BeFalse();
        problem.Should().Contain("201");
        ModelAllowlist.TryCreate([new string('m', 129)], out _, out problem).Should().BeFalse();
        problem.Should().Contain("129");
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("claude-*", true)]
    [InlineData("Claude-*", true)]
    [InlineData("claude-opus-5,claude-*", true)]
    [InlineData("claude-opus-*", false)]
    [InlineData("claude-opus-5", false)]
    public void only_a_list_without_limits_lets_the_api_pick(string list, bool anything) =>
        List(list).AllowsAnything.Should().Be(anything);

    [Theory]
    [InlineData("claude-*", "claude-haiku-*", "claude-haiku-5-5,claude-opus-5-5", "claude-opus-5-5")]
    [InlineData("claude-haiku-*", "claude-*", "claude-haiku-5-5,claude-opus-5-5", "claude-opus-5-5")]
    [InlineData("claude-haiku-*", "claude-opus-*", "claude-haiku-5-5,claude-opus-5-5", "claude-haiku-5-5")]
    [InlineData("claude-*", "claude-*", "claude-haiku-5-5,claude-opus-5-5", null)]
    [InlineData("claude-haiku-*", null, "claude-haiku-5-5,claude-opus-5-5", "claude-opus-5-5")]
    [InlineData("claude-*", null, "claude-haiku-5-5,claude-opus-5-5", null)]
    public void the_narrower_of_server_and_token_rules(string server, string? token, string billed, string? denied) =>
        List(server).FirstDenied(billed.Split(','), token is null ? null : List(token)).Should().Be(denied);

    [Theory]
    [InlineData("claude-*", "claude-haiku-*,gpt-5", "claude-haiku-*")]
    [InlineData("claude-haiku-*", "claude-*", "claude-haiku-*")]
    [InlineData("claude-sonnet-4-5,claude-opus-*", "claude-sonnet-4-5-20250929,claude-opus-5", "claude-sonnet-4-5-20250929, claude-opus-5")]
    [InlineData("claude-haiku-*", "claude-opus-*", "none")]
    [InlineData("claude-haiku-*,claude-opus-5", null, "claude-haiku-*, claude-opus-5")]
    public void a_refusal_names_the_model_and_what_both_lists_leave(string server, string? token, string left) =>
        List(server).Explain("claude-x", token is null ? null : List(token))
            .Should().Be($"Model 'claude-x' is not allowed here. Allowed: {left}.");

    [Fact]
    public void a_refusal_stays_short_and_printable()
    {
        var list = List(string.Join(',', Enumerable.Range(0, 200).Select(i => $"claude-model-number-{i}")));
        var text = list.Explain("é<" + new string('x', 500), ofToken: null);

        text.Should().MatchRegex(@"^Model '\?<x{126}' is not allowed here\. Allowed: claude-model-number-0, .* and \d+ more\.$");
        text.Length.Should().BeLessThan(650);
    }

    [Fact]
    public void default_fallbacks_are_refused_with_a_way_out() =>
        List("claude-haiku-*").ExplainFallbacksDefault(ofToken: null).Should().EndWith("name the fallbacks instead. Allowed: claude-haiku-*.");

    private static ModelAllowlist List(string patterns)
    {
        ModelAllowlist.TryParse(patterns, out var list, out var problem).Should().BeTrue(problem);
        return list!;
    }
}
