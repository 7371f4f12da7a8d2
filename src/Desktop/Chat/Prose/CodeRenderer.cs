using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace Latchkey.Desktop.Chat.Prose;

/// <summary>Code with the name of its language, a button that copies it, and colours.</summary>
/// <param name="open">The block may still grow.</param>
internal sealed class CodeRenderer(bool open) : HtmlObjectRenderer<CodeBlock>
{
    protected override void Write(HtmlRenderer renderer, CodeBlock block)
    {
        var language = (block as FencedCodeBlock)?.Info?.Trim();
        var code = block.Lines.ToString();
        renderer.Write("<figure class=\"code\"><figcaption><span>");
        renderer.WriteEscape(string.IsNullOrEmpty(language) ? "text" : language).Write("</span>");
        renderer.Write("<button type=\"button\" class=\"quiet\" data-copy=\"code\">Copy</button></figcaption>");
        renderer.Write("<pre tabindex=\"0\" role=\"group\" aria-label=\"Code\"><code>");
        if (CodeColours.Paint(code, language, open) is { } painted)
        {
            renderer.Write(painted);
        }
        else
        {
            renderer.WriteEscape(code);
        }

        renderer.Write("</code></pre></figure>");
    }
}
