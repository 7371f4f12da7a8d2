using Markdig;

namespace Latchkey.Desktop.Chat.Prose;

/// <summary>
/// The Markdown that answers are written in: CommonMark, tables, task lists, bare links, strikethrough. HTML is text like any other.
/// </summary>
internal static class ProsePipeline
{
    public static readonly MarkdownPipeline Instance = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseTaskLists()
        .UseAutoLinks()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .UsePreciseSourceLocation()
        .Build();
}
