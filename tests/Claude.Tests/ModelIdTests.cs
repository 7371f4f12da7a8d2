namespace Latchkey.Claude.Tests;

public class ModelIdTests
{
    [Theory]
    [InlineData("claude-opus-5-5", "claude-opus-5-5")]
    [InlineData("Claude-Opus-5-5", "claude-opus-5-5")]
    [InlineData("claude-sonnet-4-6[1m]", "claude-sonnet-4-6")]
    [InlineData("claude-sonnet-4-6[1M]", "claude-sonnet-4-6")]
    [InlineData("claude-sonnet-4-5-20250929", "claude-sonnet-4-5")]
    [InlineData("claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5")]
    [InlineData(" claude-haiku-4-5 ", "claude-haiku-4-5")]
    [InlineData("claude-x-12345678", "claude-x-12345678")]
    [InlineData("claude-x-20251301", "claude-x-20251301")]
    [InlineData("claude-x-2025092", "claude-x-2025092")]
    [InlineData("claude-x20250929", "claude-x20250929")]
    [InlineData("-20250929", "-20250929")]
    [InlineData("20250929", "20250929")]
    [InlineData("", "")]
    public void a_name_is_normalized(string model, string name)
    {
        ModelId.Normalize(model).Should().Be(name);
        ModelId.Normalize(name).Should().Be(name);
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5", true)]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5-20250929", true)]
    [InlineData("claude-sonnet-4-5", "CLAUDE-Sonnet-4-5-20250929[1m]", true)]
    [InlineData("Claude-Sonnet-4-5 ", "claude-sonnet-4-5", true)]
    [InlineData("claude-sonnet-4-5[1m]", "claude-sonnet-4-5", true)]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5-turbo", false)]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5-20250929-turbo", false)]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4", false)]
    [InlineData("claude-sonnet-4", "claude-sonnet-4-5", false)]
    [InlineData("claude-sonnet-4", "claude-sonnet-4-20250514", true)]
    [InlineData("claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929", true)]
    [InlineData("claude-sonnet-4-5-20250929", "claude-sonnet-4-5", false)]
    [InlineData("claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20251001", false)]
    [InlineData("claude-*", "claude-opus-5-5", true)]
    [InlineData("CLAUDE-*", "claude-opus-5-5", true)]
    [InlineData("claude-*", "gpt-claude-1", false)]
    [InlineData("claude-*-5", "claude-opus-5", false)]
    [InlineData("*", "anything", true)]
    [InlineData("*", "", true)]
    [InlineData("", "claude-opus-5-5", false)]
    [InlineData("", "", false)]
    [InlineData(" ", " ", false)]
    public void an_entry_covers_a_model_or_not(string entry, string model, bool covered) =>
        ModelId.Matches(entry, model).Should().Be(covered);
}
