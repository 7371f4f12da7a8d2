using System.Text;
using System.Text.RegularExpressions;

namespace Latchkey.Desktop.Chat.Prose;

/// <summary>
/// An answer's blocks while it grows. What has been rendered stays; only the end, from the last block on that may still change, is read
/// again, so that a long answer costs no more per frame than a short one. Links that refer to a definition elsewhere in the answer are
/// found at its end only. Not thread-safe.
/// </summary>
internal sealed partial class ProseStream
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _settled = [];
    private int _settledUntil;
    private IReadOnlyList<string> _blocks = [];

    /// <summary>In UTF-16 units.</summary>
    public int Length => _text.Length;

    /// <summary>HTML of every block, those that stay first.</summary>
    public IReadOnlyList<string> Blocks => _blocks;

    public void Append(string more)
    {
        _text.Append(more);
        var tail = UnfinishedMarks().Replace(_text.ToString(_settledUntil, _text.Length - _settledUntil), "");
        try
        {
            _blocks = Read(tail);
        }
        catch (ArgumentException)
        {
            _blocks = [.. _settled, ProseRenderer.Plain(tail)];
        }
    }

    /// <summary>
    /// Marks alone at the end of what came aren't drawn yet: a dash would make the line before it a heading for as long as its list item is
    /// on its way.
    /// </summary>
    [GeneratedRegex(@"(?<=^|\n)[ \t]*[-=*+#>`~|_:][-=*+#>`~|_: \t]*\z")]
    private static partial Regex UnfinishedMarks();

    private IReadOnlyList<string> Read(string tail)
    {
        var blocks = ProseRenderer.BlocksOf(tail);
        // A block that begins in an unfinished line may turn out to be more of the one before: "2" becomes "2. " and goes on with a list.
        var lastLine = tail.LastIndexOf('\n') + 1;
        var settles = 0;
        for (var i = 1; i < blocks.Count && blocks[i].Span.Start < lastLine; i++)
        {
            settles = i;
        }

        for (var i = 0; i < settles; i++)
        {
            _settled.Add(ProseRenderer.Render(blocks[i], open: false));
        }

        if (settles > 0)
        {
            // From the line's beginning: indentation is part of a block.
            _settledUntil += tail.LastIndexOf('\n', blocks[settles].Span.Start) + 1;
        }

        return [.. _settled, .. blocks.Skip(settles).Select(block => ProseRenderer.Render(block, open: true))];
    }
}
