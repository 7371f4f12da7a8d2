using System.Text.RegularExpressions;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>What the pages point at is there.</summary>
public partial class DocumentLinkTests
{
    public static TheoryData<string> AllPages => [.. Repository.Pages];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void every_relative_link_of_a_page_resolves_to_a_file_and_its_heading(string page)
    {
        foreach (var link in MarkdownPage.Parse(Repository.Read(page)).Links)
        {
            var parts = link.Split('#', 2);
            var target = parts[0].Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, parts[0])));
            Repository.Exists(target).Should().BeTrue("{0} links to {1}", page, link);
            if (parts.Length == 2)
            {
                MarkdownPage.Parse(Repository.Read(target)).Anchors.Should().Contain(parts[1], "{0} links to {1}", page, link);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void every_path_of_the_repository_that_a_page_names_exists(string page)
    {
        foreach (var path in MarkdownPage.Parse(Repository.Read(page)).CodeSpans.Select(PathIn).OfType<string>())
        {
            Repository.Exists(path).Should().BeTrue("{0} names {1}", page, path);
        }
    }

    [Fact]
    public void a_page_is_read_as_it_is_written()
    {
        var page = MarkdownPage.Parse("# One: `two`\n[x](a.md#b) `src/A.cs` [y](https://z)\n<!-- run -->\n```sh\necho [n](o)\n```\n");

        page.Links.Should().Equal("a.md#b");
        page.Anchors.Should().Equal("one-two");
        page.CodeSpans.Select(PathIn).Should().Equal(null, "src/A.cs");
        page.Blocks.Should().Equal(new Block("sh", BlockMark.Run, 4, "echo [n](o)"));
    }

    /// <summary>Paths from the root only: a file's name alone may be anywhere, and what has a placeholder isn't one.</summary>
    private static string? PathIn(string code) =>
        RepositoryPath().Match(code) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"^(?:\./)?((?:src|tests|docs|deploy|eng)/[\w./-]+|(?:\./)(?:run|test|test-proxy)\.sh|[\w.]+\.(?:props|slnx)|\.env\.example|test-proxy\.sh)$")]
    private static partial Regex RepositoryPath();
}
