using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;

namespace Latchkey.Desktop.Chat.Prose;

/// <summary>
/// Tables that scroll by themselves when they are wide, with the keyboard too. Markdig's own renderer writes alignment into style
/// attributes, which the content security policy forbids.
/// </summary>
internal sealed class TableRenderer : HtmlObjectRenderer<Table>
{
    protected override void Write(HtmlRenderer renderer, Table table)
    {
        renderer.Write("<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table>");
        foreach (var row in table.OfType<TableRow>())
        {
            Write(renderer, table, row);
        }

        renderer.Write("</table></div>");
    }

    private static void Write(HtmlRenderer renderer, Table table, TableRow row)
    {
        renderer.Write(row.IsHeader ? "<thead><tr>" : "<tr>");
        var element = row.IsHeader ? "th" : "td";
        // A cell is written without the paragraph around its words.
        var implicitParagraph = renderer.ImplicitParagraph;
        renderer.ImplicitParagraph = true;
        for (var i = 0; i < row.Count; i++)
        {
            var cell = (TableCell)row[i];
            var column = cell.ColumnIndex < 0 ? i : cell.ColumnIndex;
            renderer.Write('<').Write(element).Write(ClassOf(table, column)).Write(row.IsHeader ? " scope=\"col\">" : ">");
            renderer.Write(cell);
            renderer.Write("</").Write(element).Write('>');
        }

        renderer.ImplicitParagraph = implicitParagraph;
        renderer.Write(row.IsHeader ? "</tr></thead>" : "</tr>");
    }

    private static string ClassOf(Table table, int column) =>
        (column < table.ColumnDefinitions.Count ? table.ColumnDefinitions[column].Alignment : null) switch
        {
            TableColumnAlign.Center => " class=\"centre\"",
            TableColumnAlign.Right => " class=\"right\"",
            _ => "",
        };
}
