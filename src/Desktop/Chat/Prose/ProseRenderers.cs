using Markdig.Extensions.TaskLists;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Latchkey.Desktop.Chat.Prose;

/// <summary>
/// An answer stands below the page's heading and its own: its headings begin at the third level, those marked <c>##</c> as most do.
/// </summary>
internal sealed class LowerHeadingRenderer : HtmlObjectRenderer<HeadingBlock>
{
    protected override void Write(HtmlRenderer renderer, HeadingBlock block)
    {
        var level = (char)('0' + Math.Clamp(block.Level + 1, 3, 6));
        renderer.Write($"<h{level}>").WriteLeafInline(block);
        renderer.WriteLine($"</h{level}>");
    }
}

/// <summary>
/// Links that may be followed; pictures are links too, since nothing is loaded by itself. Others are their text, with the address behind
/// it.
/// </summary>
internal sealed class SafeLinkRenderer : HtmlObjectRenderer<LinkInline>
{
    protected override void Write(HtmlRenderer renderer, LinkInline link)
    {
        var address = link.GetDynamicUrl?.Invoke() ?? link.Url;
        if (LinkRule.Follow(address) is not { } uri)
        {
            renderer.WriteChildren(link);
            if (!string.IsNullOrEmpty(address) && !link.IsAutoLink)
            {
                renderer.Write(" (").WriteEscape(address).Write(')');
            }

            return;
        }

        SafeAutolinkRenderer.Open(renderer, uri);
        if (link.FirstChild is null)
        {
            renderer.WriteEscape(address!);
        }
        else
        {
            renderer.WriteChildren(link);
        }

        renderer.Write("</a>");
    }
}

/// <summary>Addresses in angle brackets.</summary>
internal sealed class SafeAutolinkRenderer : HtmlObjectRenderer<AutolinkInline>
{
    protected override void Write(HtmlRenderer renderer, AutolinkInline link)
    {
        var uri = LinkRule.Follow(link.IsEmail ? "mailto:" + link.Url : link.Url);
        if (uri is not null)
        {
            Open(renderer, uri);
        }

        renderer.WriteEscape(link.Url);
        if (uri is not null)
        {
            renderer.Write("</a>");
        }
    }

    public static void Open(HtmlRenderer renderer, Uri uri) =>
        renderer.Write("<a href=\"").WriteEscape(uri.AbsoluteUri).Write("\" target=\"_blank\" rel=\"noopener noreferrer\">");
}

/// <summary>Tasks are shown, not ticked: a mark instead of a control.</summary>
internal sealed class TaskMarkRenderer : HtmlObjectRenderer<TaskList>
{
    protected override void Write(HtmlRenderer renderer, TaskList task) => renderer.Write(task.Checked
        ? "<span class=\"task done\" role=\"img\" aria-label=\"Done:\"></span>"
        : "<span class=\"task\" role=\"img\" aria-label=\"Open:\"></span>");
}
