using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using Latchkey.Desktop.Chat.Prose;

namespace Latchkey.Desktop.Tests.Chat.Prose;

public class CodeColoursTests
{
    public static readonly TheoryData<string> Languages =
        ["csharp", "js", "tsx", "json", "python", "bash", "go", "rust", "yaml", "toml", "diff", "html", "xml", "css", "sql", "java", "cpp", "powershell", "php", "fsharp", "markdown"];

    [Theory]
    [InlineData("cs", "var x = 1;", "<span class=\"keyword\">var</span>")]
    [InlineData("sh", "# note", "<span class=\"comment\"># note</span>")]
    [InlineData("go", "func main() {}", "<span class=\"keyword\">func</span>")]
    [InlineData("rs", "let s: String;", "<span class=\"type\">String</span>")]
    [InlineData("yml", "name: \"x\"", "<span class=\"jsonKey\">name</span>")]
    [InlineData("diff", "+added", "<span class=\"markdownCode\">+added</span>")]
    [InlineData("diff", "-gone", "<span class=\"htmlElementName\">-gone</span>")]
    [InlineData("C#", "return;", "<span class=\"keyword\">return</span>")]
    [InlineData("python title=\"x\"", "def f(): pass", "<span class=\"keyword\">def</span>")]
    public void code_is_painted(string language, string code, string painted) =>
        CodeColours.Paint(code, language, open: false).Should().Contain(painted);

    [Theory]
    [MemberData(nameof(Languages))]
    public void no_character_is_lost_or_becomes_markup(string language) =>
        Gen.Char["abAB01 \n\t\"'`#/\\*<>&=-+:;(){}[]$@!"].Array[0, 120].Select(c => new string(c)).Sample(
            code =>
            {
                // Some grammars come to no end with some texts: those stay plain.
                if (CodeColours.Paint(code, language, open: false) is not { } painted)
                {
                    return true;
                }

                var text = WebUtility.HtmlDecode(Regex.Replace(painted, "</?span[^>]*>", ""));
                return text.Trim('\r', '\n') == code.Trim('\r', '\n') && !Regex.IsMatch(painted, "<(?!/?span)");
            },
            iter: 60);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("brainfuck")]
    [InlineData("../../etc")]
    public void an_unknown_language_stays_plain(string? language) => CodeColours.Paint("x = 1", language, open: false).Should().BeNull();

    [Fact]
    public void very_long_code_stays_plain() => CodeColours.Paint(new string('x', 200_000), "cs", open: false).Should().BeNull();

    [Fact]
    public void long_code_is_painted_when_it_has_ended()
    {
        var code = string.Concat(Enumerable.Repeat("var x = 1;\n", 2000));

        CodeColours.Paint(code, "cs", open: true).Should().BeNull();
        CodeColours.Paint(code, "cs", open: false).Should().NotBeNull();
    }
}
