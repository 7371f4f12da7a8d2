using CsCheck;
using Latchkey.Desktop.Chat.Conversations;

namespace Latchkey.Desktop.Tests.Chat.Conversations;

public class ConversationTitleTests
{
    [Theory]
    [InlineData("Hello", "Hello")]
    [InlineData("  \n\n  Hello   there \n more", "Hello there")]
    [InlineData("# A heading", "A heading")]
    [InlineData("> quoted", "quoted")]
    [InlineData("", "New conversation")]
    [InlineData("---", "New conversation")]
    [InlineData("Please explain to me in detail how the Roman aqueducts were built and kept",
        "Please explain to me in detail how the Roman aqueducts…")]
    [InlineData("What is this, exactly, and why does it matter to everybody, whoever", "What is this, exactly, and why does it matter to…")]
    [InlineData("漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字",
        "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字…")]
    public void first_words_of_a_question_are_its_title(string question, string title) =>
        ConversationTitle.From(question).Should().Be(title);

    [Fact]
    public void a_title_is_one_short_line_of_whole_characters() => Gen.String.Sample(question =>
    {
        var title = ConversationTitle.From("🔑" + question);
        return title.Length is > 0 and <= 57 && !title.Contains('\n', StringComparison.Ordinal)
            && (title.Length < 2 || !char.IsHighSurrogate(title[^2]) || char.IsLowSurrogate(title[^1]));
    });

    [Theory]
    [InlineData("  My   title \n here ", "My title here")]
    [InlineData(" \t\n", null)]
    public void a_given_title_is_one_line(string typed, string? title) => ConversationTitle.Given(typed).Should().Be(title);
}
