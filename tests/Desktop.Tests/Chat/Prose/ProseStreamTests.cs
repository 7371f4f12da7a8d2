using CsCheck;
using Latchkey.Desktop.Chat.Prose;

namespace Latchkey.Desktop.Tests.Chat.Prose;

public class ProseStreamTests
{
    private static readonly string[] Pieces =
    [
        "A paragraph of words.\n\n",
        "Two lines\nof one paragraph.\n\n",
        "## A heading\n\n",
        "Under\n---\n\n",
        "---\n\n",
        "- one\n- two\n  - deeper\n\n  more of two\n\n",
        "> quoted\n> twice\n\n",
        "```csharp\nvar x = 1; // <b>\n\nvar y = 2;\n```\n\n",
        "~~~\nno language\n~~~\n",
        "    indented code\n\n",
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\n",
        "- [x] done\n- [ ] open\n\n",
        "**bold** and `code` and https://a.example/x\n\n",
        "Ünïcödé 漢字 🔑\n\n",
    ];

    private static readonly Gen<(string Text, int[] Cuts)> Documents =
        from pieces in Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 12]
        from cuts in Gen.Int[1, 9].Array[1, 20]
        select (string.Concat(pieces) + "The end.", cuts);

    [Fact]
    public void a_text_that_grows_ends_as_one_that_was_there_at_once() => Documents.Sample(document =>
    {
        var stream = new ProseStream();
        for (int at = 0, turn = 0; at < document.Text.Length; turn++)
        {
            var length = Math.Min(document.Cuts[turn % document.Cuts.Length], document.Text.Length - at);
            stream.Append(document.Text.Substring(at, length));
            at += length;
        }

        return stream.Blocks.SequenceEqual(ProseRenderer.Render(document.Text));
    });

    [Fact]
    public void what_has_settled_isnt_rendered_again()
    {
        var stream = new ProseStream();
        stream.Append("One.\n\nTwo.\n\n```csharp\nvar x = 1;\n```\n\nThree");
        stream.Append(".\n\nFour");
        var before = stream.Blocks;

        stream.Append(" and more.\n\nFive");

        stream.Blocks.Should().HaveCount(6);
        stream.Blocks.Take(3).Zip(before).Should().OnlyContain(pair => ReferenceEquals(pair.First, pair.Second));
    }

    [Theory]
    [InlineData("A line\n-", "<p>A line</p>")]
    [InlineData("A line\n- ", "<p>A line</p>")]
    [InlineData("A line\n\n**", "<p>A line</p>")]
    [InlineData("A line\n\n``", "<p>A line</p>")]
    [InlineData("| a | b |\n|--", "<p>| a | b |</p>")]
    public void marks_without_words_wait_for_more(string text, string html)
    {
        var stream = new ProseStream();

        stream.Append(text);

        string.Concat(stream.Blocks).Trim().Should().Be(html);
    }

    [Fact]
    public void an_unfinished_line_may_still_belong_to_the_block_before_it()
    {
        var stream = new ProseStream();
        stream.Append("1. one\n\n2");

        stream.Append(". two\n\nThe end.");

        stream.Blocks.Should().Equal(ProseRenderer.Render("1. one\n\n2. two\n\nThe end."));
    }

    [Fact]
    public void text_too_deep_to_be_read_is_shown_as_it_stands()
    {
        var stream = new ProseStream();

        stream.Append("Before.\n\n");
        stream.Append(string.Concat(Enumerable.Repeat("> ", 3000)) + "<b>");

        string.Concat(stream.Blocks).Should().Contain("&lt;b&gt;");
    }
}
