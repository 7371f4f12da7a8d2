using System.Text.RegularExpressions;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>A page, as far as tests look at it: fenced blocks, links, code spans, table rows.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(IReadOnlyList<Block> blocks, string prose)
    {
        Blocks = blocks;
        Prose = prose;
    }

    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>The page without its fenced blocks.</summary>
    public string Prose { get; }

    /// <summary>Targets of links that point into the repository, with their anchors.</summary>
    public IEnumerable<string> Links => LinkTarget().Matches(Prose).Select(m => m.Groups[1].Value).Where(t => !t.Contains("://", StringComparison.Ordinal));

    public IEnumerable<string> CodeSpans => CodeSpan().Matches(Prose).Select(m => m.Groups[1].Value);

    /// <summary>Anchors that its headings make, as GitHub writes them.</summary>
    public IEnumerable<string> Anchors => Heading().Matches(Prose)
        .Select(m => NotInAnchor().Replace(m.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Cells of the tables below a heading.</summary>
    public IEnumerable<string[]> RowsBelow(string heading)
    {
        var lines = Prose.Split('\n').SkipWhile(l => l != heading).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal));
        return lines.Where(l => l.StartsWith('|') && !l.StartsWith("|--", StringComparison.Ordinal))
            .Select(l => l.Trim('|').Split('|', StringSplitOptions.TrimEntries));
    }

    public static MarkdownPage Parse(string text)
    {
        List<Block> blocks = [];
        List<string> prose = [];
        List<string>? inside = null;
        var (language, mark, start) = ("", BlockMark.None, 0);
        var last = "";
        foreach (var (number, line) in text.Split('\n').Index())
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (inside is null)
                {
                    (language, start, inside) = (line[3..].Trim(), number + 1, []);
                    mark = last switch { "<!-- run -->" => BlockMark.Run, "<!-- output -->" => BlockMark.Output, _ => BlockMark.None };
                }
                else
                {
                    blocks.Add(new Block(language, mark, start, string.Join('\n', inside)));
                    inside = null;
                    last = "";
                }
            }
            else if (inside is not null)
            {
                inside.Add(line);
            }
            else
            {
                prose.Add(line);
                last = line.Trim() is { Length: > 0 } said ? said : last;
            }
        }

        return inside is null ? new MarkdownPage(blocks, string.Join('\n', prose)) : throw new FormatException($"The block of line {start} doesn't end.");
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}

/// <summary>What the comment above a block says of it.</summary>
internal enum BlockMark
{
    None,

    /// <summary><c>&lt;!-- run --&gt;</c>: the command is executed.</summary>
    Run,

    /// <summary><c>&lt;!-- output --&gt;</c>: the shape of what the command above printed.</summary>
    Output,
}

/// <summary>A fenced block.</summary>
internal sealed record Block(string Language, BlockMark Mark, int Line, string Text);
