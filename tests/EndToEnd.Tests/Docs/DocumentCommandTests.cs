using System.Globalization;
using System.Text;
using System.Text.Json;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>The documents' commands do what the documents say.</summary>
[Collection(MetricsCollection.Name)]
public class DocumentCommandTests
{
    private const string Address = "http://127.0.0.1:3001";

    public static TheoryData<string> PagesWithCommands => [.. Repository.Pages.Where(p => Parse(p).Blocks.Any(b => b.Mark is BlockMark.Run))];

    public static TheoryData<string> AllPages => [.. Repository.Pages];

    [Fact]
    public void readme_guide_and_api_page_have_commands_that_run() =>
        PagesWithCommands.Select(p => p.Data).Should().Contain(["README.md", "docs/PROXY_SETUP.md", "docs/API.md"]);

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public async Task commands_of_a_page_succeed_in_order_and_print_what_it_shows(string page)
    {
        await using var gateway = await TestGateway.StartAsync();
        var folder = Directory.CreateTempSubdirectory("latchkey-docs-");
        try
        {
            var blocks = Parse(page).Blocks;
            var script = Path.Combine(folder.FullName, "page.sh");
            await File.WriteAllTextAsync(script, ScriptOf(blocks, folder.FullName, gateway.Address.GetLeftPart(UriPartial.Authority)));
            var run = await Bash.RunAsync([script], ("OPERATOR_KEY", TestGateway.OperatorKey));

            var at = int.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "at")), CultureInfo.InvariantCulture);
            run.ExitCode.Should().Be(0, "the command at {0}:{1} must work: {2}{3}", page, blocks[at].Line, OutputOf(folder.FullName, at), run.Errors);
            for (var i = 1; i < blocks.Count; i++)
            {
                if (blocks[i].Mark is BlockMark.Output)
                {
                    blocks[i - 1].Mark.Should().Be(BlockMark.Run, "the output at {0}:{1} stands below its command", page, blocks[i].Line);
                    var printed = OutputOf(folder.FullName, i - 1);
                    OutputShape.Difference(blocks[i].Language, blocks[i].Text, printed)
                        .Should().BeNull("{0}:{1} shows what is printed:\n{2}", page, blocks[i].Line, printed);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public async Task every_shell_block_of_a_page_is_shell_and_every_json_block_is_json(string page)
    {
        foreach (var block in Parse(page).Blocks)
        {
            switch (block.Language)
            {
                case "sh":
                    var checkedBlock = await Bash.RunAsync(["-n", "-c", block.Text]);
                    checkedBlock.ExitCode.Should().Be(0, "{0}:{1} is shell: {2}", page, block.Line, checkedBlock.Errors);
                    break;
                case "json":
                    var parse = () => JsonDocument.Parse(block.Text).Dispose();
                    parse.Should().NotThrow("{0}:{1} is JSON", page, block.Line);
                    break;
            }
        }
    }

    [Fact]
    public void a_shape_that_differs_is_told()
    {
        OutputShape.Difference("json", """{"a":1,"b":[{"c":"x"}]}""", """{"a":7,"b":[{"c":"y"},{"c":null}]}""").Should().BeNull();
        OutputShape.Difference("json", """{"a":1}""", """{"a":1,"b":2}""").Should().Contain("$ has b");
        OutputShape.Difference("json", """{"a":1,"b":2}""", """{"a":1}""").Should().Contain("no b");
        OutputShape.Difference("json", """{"a":[{"b":1}]}""", """{"a":[{"b":"1"}]}""").Should().Contain("$.a[0].b");
        OutputShape.Difference("json", "[1]", "[]").Should().Contain("empty");
        OutputShape.Difference("text", "one\nth…", "one\ntwo\nthree\n").Should().BeNull();
        OutputShape.Difference("text", "three\none", "one\ntwo\nthree\n").Should().Contain("'one'");
        OutputShape.Difference("http", "HTTP/1.1 200 OK\nA: x\n\n{}", "HTTP/1.1 200 OK\r\na: y\r\nb: z\r\n\r\n{}").Should().BeNull();
        OutputShape.Difference("http", "HTTP/1.1 200 OK\nA: x\n\n{}", "HTTP/1.1 200 OK\r\nb: z\r\n\r\n{}").Should().Contain("no header A");
        OutputShape.Difference("http", "HTTP/1.1 200 OK\n\n{}", "HTTP/1.1 404 Not Found\r\n\r\n{}").Should().Contain("404");
    }

    private static MarkdownPage Parse(string page) => MarkdownPage.Parse(Repository.Read(page));

    /// <summary>All commands in one shell, so that later ones see the variables of earlier ones; the output of each in a file of its own.</summary>
    private static string ScriptOf(IReadOnlyList<Block> blocks, string folder, string address)
    {
        var script = new StringBuilder("set -euo pipefail\n");
        foreach (var (i, block) in blocks.Index())
        {
            if (block.Mark is BlockMark.Run)
            {
                script.Append(CultureInfo.InvariantCulture, $"echo {i} > '{folder}/at'\n{{\n{block.Text.Replace(Address, address, StringComparison.Ordinal)}\n}} > '{folder}/{i}'\n");
            }
        }

        return script.ToString();
    }

    private static string OutputOf(string folder, int block) =>
        Path.Combine(folder, block.ToString(CultureInfo.InvariantCulture)) is var path && File.Exists(path) ? File.ReadAllText(path) : "";
}
