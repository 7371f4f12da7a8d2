using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using Latchkey.Desktop.Chat.Prose;

namespace Latchkey.Desktop.Tests.Chat.Prose;

public class CodeColoursTests
{
    public static readonly TheoryData<string> Languages =
        ["csharp", "js", "tsx", "json", "python", "bash", "go", "rust", "yaml", "toml", "diff", "html", "xml", "css", "sql", "java",
            "cpp", "powershell", "php", "fsharp"];

    [Theory]
    [InlineData("cs", "var x = 1;", "<span class=\"keyword\">var</span>")]
    [InlineData("sh", "# note", "<span class=\"comment\"># note</span>")]
    [InlineData("go", "func main() {}", "<span class=\"keyword\">func</span>")]
    [InlineData("rs", "let s: String;", "<span class=\"type\">String</span>")]
    [InlineData("yml", "name: \"x\"", "<span class=\"jsonKey\">name</span>")]
    [InlineData("json", "{\"a\": [1, true]",
        "<span class=\"jsonKey\">&quot;a&quot;</span>: [<span class=\"jsonNumber\">1</span>, <span class=\"jsonConst\">true</span>]")]
    [InlineData("css", "p { color: #fff; }", "<span class=\"cssPropertyName\">color</span>: <span class=\"number\">#fff</span>")]
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
                // A grammar that doesn't come to an end with it is given up; nothing is lost then either.
                var painted = CodeColours.Paint(code, language, open: false) ?? WebUtility.HtmlEncode(code);
                var text = WebUtility.HtmlDecode(Regex.Replace(painted, "</?span[^>]*>", ""));
                return text.Trim('\r', '\n') == code.Trim('\r', '\n') && !Regex.IsMatch(painted, "<(?!/?span)");
            },
            iter: 60);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("md")]
    [InlineData("brainfuck")]
    [InlineData("../../etc")]
    public void an_unknown_language_stays_plain(string? language) => CodeColours.Paint("x = 1", language, open: false).Should().BeNull();

    [Theory]
    [MemberData(nameof(Languages))]
    public void what_is_half_written_is_painted_too(string language)
    {
        // Quotes, brackets and backslashes that nothing closes: what grammars backtrack over.
        var code = string.Concat(Enumerable.Repeat("{ \"key\": \"a value with \\\"words\\\" in it\", 'x': [1, 2.5, /* c */ (a b) <t>; }\n", 40));
        for (var length = 1; length < code.Length; length += 97)
        {
            CodeColours.Paint(code[..length] + "\"open and long and longer and \\", language, open: true)
                .Should().NotBeNull("{0} characters", length);
        }
    }

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
