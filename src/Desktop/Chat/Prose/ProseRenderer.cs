using System.Net;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;

namespace Latchkey.Desktop.Chat.Prose;

/// <summary>
/// Makes HTML of Markdown, block by block. The text is somebody else's: what comes out has only elements of ours, links that
/// <see cref="LinkRule"/> lets through, and nothing that is loaded from anywhere.
/// </summary>
internal static class ProseRenderer
{
    /// <summary>All blocks of a text.</summary>
    public static IReadOnlyList<string> Render(string text)
    {
        try
        {
            return [.. BlocksOf(text).Select(block => Render(block, open: false))];
        }
        catch (ArgumentException)
        {
            return [Plain(text)];
        }
    }

    /// <summary>The blocks as Markdig reads them. <c>ArgumentException</c>: nested deeper than anybody writes.</summary>
    public static IReadOnlyList<Block> BlocksOf(string text) =>
        [.. Markdown.Parse(text, ProsePipeline.Instance).Where(block => block is not LinkReferenceDefinitionGroup)];

    /// <param name="block">A block of its document.</param>
    /// <param name="open">It may still grow: what is dear, such as colours for long code, waits until it has ended.</param>
    public static string Render(Block block, bool open)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        ProsePipeline.Instance.Setup(renderer);
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new CodeRenderer(open));
        renderer.ObjectRenderers.Replace<HeadingRenderer>(new LowerHeadingRenderer());
        renderer.ObjectRenderers.Replace<LinkInlineRenderer>(new SafeLinkRenderer());
        renderer.ObjectRenderers.Replace<AutolinkInlineRenderer>(new SafeAutolinkRenderer());
        renderer.ObjectRenderers.Replace<Markdig.Extensions.Tables.HtmlTableRenderer>(new TableRenderer());
        renderer.ObjectRenderers.Replace<Markdig.Extensions.TaskLists.HtmlTaskListRenderer>(new TaskMarkRenderer());
        renderer.Render(block);
        return writer.ToString();
    }

    /// <summary>The text as it stands.</summary>
    public static string Plain(string text) => $"<pre class=\"plain\">{WebUtility.HtmlEncode(text)}</pre>";
}
