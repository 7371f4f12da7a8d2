using System.Globalization;
using System.Text;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Writes a table as CSV (RFC 4180) while it is read: a few lines are in memory, however many there are.</summary>
internal sealed class CsvAnswer(HttpResponse response)
{
    /// <summary>Characters that are sent together.</summary>
    private const int Chunk = 16 * 1024;

    private readonly StringBuilder _text = new();

    /// <param name="name">What a browser calls the file.</param>
    /// <param name="columns">The first line.</param>
    public void Begin(string name, IEnumerable<string> columns)
    {
        response.ContentType = "text/csv; charset=utf-8; header=present";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        response.Headers.Vary = "Accept";
        AddLine(columns);
    }

    /// <param name="cells">Texts, numbers and nulls.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask WriteLineAsync(IEnumerable<object?> cells, CancellationToken cancellation)
    {
        AddLine(cells);
        if (_text.Length >= Chunk)
        {
            await EndAsync(cancellation);
        }
    }

    /// <summary>Sends what is left.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        await response.WriteAsync(_text.ToString(), cancellation);
        _text.Clear();
    }

    /// <summary>
    /// A cell as it stands in the file. A text that a spreadsheet would take for a formula gets an apostrophe before it
    /// (OWASP, CSV Injection); numbers stay numbers, negative ones too.
    /// </summary>
    public static string CellOf(object? value)
    {
        if (value is not string text)
        {
            return value is null ? "" : value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        }

        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..])
        {
            text = "'" + text;
        }

        return text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private void AddLine(IEnumerable<object?> cells) => _text.AppendJoin(',', cells.Select(CellOf)).Append("\r\n");
}
