using Latchkey.Desktop.Chat.Prose;

namespace Latchkey.Desktop.Tests.Chat.Prose;

public class ProseRendererTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("a <b onmouseover=alert(1)>b</b>")]
    [InlineData("<svg/onload=alert(1)>")]
    [InlineData("<!-- --><iframe src=javascript:alert(1)>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](java\nscript:alert(1))")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("[x](data:text/html,<script>alert(1)</script>)")]
    [InlineData("[x](vbscript:msgbox)")]
    [InlineData("[x](file:///etc/passwd)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x](https://a.example/\"onmouseover=\"alert(1))")]
    [InlineData("[x](https://a.example 'onmouseover=alert(1)')")]
    [InlineData("![x](https://tracker.example/pixel.png)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("[x]: javascript:alert(1)\n\n[x]")]
    [InlineData("```\"><script>alert(1)</script>\ncode\n```")]
    [InlineData("```html\n<script>alert(1)</script>\n```")]
    [InlineData("```js\nvar x = '</code><script>alert(1)</script>';\n```")]
    [InlineData("| <script>alert(1)</script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | c |")]
    [InlineData("# <script>alert(1)</script>")]
    [InlineData("x{onclick=alert(1)}")]
    [InlineData("- [x] <input autofocus onfocus=alert(1)>")]
    public void nothing_of_somebody_elses_becomes_an_element_or_a_script(string text)
    {
        var html = string.Concat(ProseRenderer.Render(text));

        Elements(html).Should().BeSubsetOf(
            ["p", "a", "h3", "ul", "li", "code", "pre", "figure", "figcaption", "span", "button", "div", "table", "thead", "tbody", "tr",
                "th", "td"]);
        Attributes(html).Should().BeSubsetOf(
            ["href", "target", "rel", "class", "type", "data-copy", "tabindex", "role", "aria-label", "scope"]);
        System.Text.RegularExpressions.Regex.Matches(html, "href=\"([^\"]*)\"").Should().OnlyContain(m =>
            m.Groups[1].Value.StartsWith("https://", StringComparison.Ordinal)
            || m.Groups[1].Value.StartsWith("mailto:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("# One", "<h3>One</h3>")]
    [InlineData("## Two", "<h3>Two</h3>")]
    [InlineData("### Three", "<h4>Three</h4>")]
    [InlineData("###### Six", "<h6>Six</h6>")]
    [InlineData("a **b** *c* ~~d~~ `e`", "<p>a <strong>b</strong> <em>c</em> <del>d</del> <code>e</code></p>")]
    [InlineData("[x](https://a.example/?b=1&c=2)",
        "<p><a href=\"https://a.example/?b=1&amp;c=2\" target=\"_blank\" rel=\"noopener noreferrer\">x</a></p>")]
    [InlineData("see https://a.example now",
        "<p>see <a href=\"https://a.example/\" target=\"_blank\" rel=\"noopener noreferrer\">https://a.example</a> now</p>")]
    [InlineData("<me@a.example>", "<p><a href=\"mailto:me@a.example\" target=\"_blank\" rel=\"noopener noreferrer\">me@a.example</a></p>")]
    [InlineData("[x](javascript:alert)", "<p>x (javascript:alert)</p>")]
    [InlineData("![pic](https://a.example/p.png)",
        "<p><a href=\"https://a.example/p.png\" target=\"_blank\" rel=\"noopener noreferrer\">pic</a></p>")]
    public void text_becomes(string text, string html) => string.Concat(ProseRenderer.Render(text)).Trim().Should().Be(html);

    [Fact]
    public void a_table_has_its_alignment_as_classes() =>
        string.Concat(ProseRenderer.Render("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | **3** |")).Should().Be(
            "<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">a</th>"
            + "<th class=\"centre\" scope=\"col\">b</th><th class=\"right\" scope=\"col\">c</th></tr></thead><tr><td>1</td>"
            + "<td class=\"centre\">2</td><td class=\"right\"><strong>3</strong></td></tr></table></div>");

    [Fact]
    public void a_task_is_shown_and_cant_be_ticked() =>
        string.Concat(ProseRenderer.Render("- [x] a\n- [ ] b")).Should().Contain("aria-label=\"Done:\"")
            .And.Contain("aria-label=\"Open:\"").And.NotContain("<input");

    [Theory]
    [InlineData(">")]
    [InlineData("- ")]
    [InlineData("[")]
    [InlineData("*a ")]
    public void what_is_nested_deeper_than_anybody_writes_stays_text(string mark)
    {
        var text = string.Concat(Enumerable.Repeat(mark, 5000)) + "x";

        var html = string.Concat(ProseRenderer.Render(text));

        html.Should().NotBeEmpty();
    }

    private static IEnumerable<string> Elements(string html) =>
        System.Text.RegularExpressions.Regex.Matches(html, "<([a-zA-Z][\\w-]*)").Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Attributes(string html) =>
        System.Text.RegularExpressions.Regex.Matches(html, "<[a-zA-Z][^>]*>")
            .SelectMany(tag => System.Text.RegularExpressions.Regex.Matches(tag.Value, "\\s([\\w-]+)=\"").Select(m => m.Groups[1].Value));
}
