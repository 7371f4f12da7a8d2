using System.Text.RegularExpressions;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>Code on a page is code that compiles: what stands below <c>&lt;!-- snippet: name --&gt;</c> is what stands in the snippets project.</summary>
public partial class SnippetTests
{
    private static readonly Dictionary<string, string> Compiled = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs/snippets"), "*.cs")
        .SelectMany(file => Region().Matches(File.ReadAllText(file)))
        .ToDictionary(m => m.Groups[2].Value, m => ("\n" + m.Groups[3].Value).Replace("\n" + m.Groups[1].Value, "\n", StringComparison.Ordinal).Trim('\n'));

    public static TheoryData<string> PagesWithCode => [.. Repository.Pages.Where(page => Shown(page).Count > 0)];

    [Theory]
    [MemberData(nameof(PagesWithCode))]
    public void code_on_a_page_is_code_that_compiles(string page)
    {
        foreach (Match shown in Shown(page))
        {
            Compiled.Should().ContainKey(shown.Groups[1].Value);
            shown.Groups[2].Value.Should().Be(Compiled[shown.Groups[1].Value], $"{page} shows the snippet {shown.Groups[1].Value}");
        }
    }

    [Fact]
    public void every_snippet_is_shown_on_a_page() =>
        Repository.Pages.SelectMany(Shown).Select(m => m.Groups[1].Value).Should().BeEquivalentTo(Compiled.Keys);

    private static MatchCollection Shown(string page) => Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)));

    [GeneratedRegex(@"^( *)// snippet: (\w+)\n(.*?)^ *// end$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(@"^<!-- snippet: (\w+) -->\n```csharp\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
