using System.Text.Json;
using Latchkey.Gateway.Identity;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary><c>GET /admin/usage/rows</c>: the rows of the ledger as they were written, latest first.</summary>
internal static class RowsEndpoint
{
    private const int DefaultLimit = 100;
    private const int HighestLimit = 1000;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/admin/usage/rows", AnswerAsync).RequireAuthorization(Access.DeviceOrOperator);

    private static async Task<IResult> AnswerAsync(HttpContext http, IUsageReports reports)
    {
        var parameters = new UsageParameters(http.Request.Query, [.. UsageFilter.Names, "limit", "cursor", AnswerFormat.Parameter]);
        var device = Access.DeviceOf(http);
        var filter = UsageFilter.Read(parameters, device);
        var csv = AnswerFormat.IsCsv(http.Request, parameters);
        var limit = parameters.Number("limit", 1, HighestLimit) ?? DefaultLimit;
        var after = After(parameters, filter);
        if (parameters.Problem is { } wrong)
        {
            return wrong.ToResult();
        }

        var (rows, gone) = await reports.RowsAsync(filter, after, csv ? null : limit + 1, http.RequestAborted);
        if (rows is null)
        {
            return gone!.ToResult();
        }

        await (csv ? WriteCsvAsync(http, rows, device is null) : WriteJsonAsync(http, filter, limit, rows, device is null));
        return Results.Empty;
    }

    private static RowPosition? After(UsageParameters parameters, UsageFilter filter)
    {
        if (parameters.Text("cursor") is not { } text)
        {
            return null;
        }

        if (Cursor.Read(text, MarksOf(filter), [false, true, true]) is { } values)
        {
            return new RowPosition((long)values[0], (string)values[1], (string)values[2]);
        }

        parameters.Refuse("cursor", "doesn't belong to this question: pass next_cursor as it came, with the same parameters.");
        return null;
    }

    private static async Task WriteJsonAsync(HttpContext http, UsageFilter filter, int limit, IAsyncEnumerable<UsageRowValues> rows, bool forOperator)
    {
        // Read before it is begun: what fails halfway is an error, not half an answer.
        var page = await rows.ToListAsync(http.RequestAborted);
        var next = page.Count > limit ? page[limit - 1].Position : null;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.Vary = "Accept";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("rows");
        foreach (var row in page.Take(limit))
        {
            WriteRow(json, row, forOperator);
        }

        json.WriteEndArray();
        json.WriteString("next_cursor", next is null ? null : Cursor.Write(MarksOf(filter), [next.StartedAtMicroseconds, next.RequestId, next.Kind]));
        json.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter json, UsageRowValues row, bool forOperator)
    {
        json.WriteStartObject();
        for (var i = 0; i < row.Values.Count; i++)
        {
            var column = RowColumns.All[i];
            switch (Show(column, row.Values[i], forOperator))
            {
                case null:
                    json.WriteNull(column.Name);
                    break;
                case string text:
                    json.WriteString(column.Name, text);
                    break;
                case bool flag:
                    json.WriteBoolean(column.Name, flag);
                    break;
                case decimal number:
                    json.WriteNumber(column.Name, number);
                    break;
                case var whole:
                    json.WriteNumber(column.Name, (long)whole);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static async Task WriteCsvAsync(HttpContext http, IAsyncEnumerable<UsageRowValues> rows, bool forOperator)
    {
        var csv = new CsvAnswer(http.Response);
        csv.Begin("usage-rows.csv", RowColumns.All.Select(c => c.Name));
        await foreach (var row in rows.WithCancellation(http.RequestAborted))
        {
            await csv.WriteLineAsync(row.Values.Select((value, i) => Show(RowColumns.All[i], value, forOperator)), http.RequestAborted);
        }

        await csv.EndAsync(http.RequestAborted);
    }

    /// <summary>A string, a bool, a long, a decimal or null.</summary>
    private static object? Show(RowColumn column, object? value, bool forOperator) => (column.Shape, value) switch
    {
        _ when column.ForOperators && !forOperator => null,
        (_, null) => null,
        (RowShape.Flag, long flag) => flag != 0,
        (RowShape.Instant, long microseconds) => ProtocolJson.Instant(DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds)),
        (RowShape.Milliseconds, long microseconds) => microseconds / 1000m,
        (RowShape.Dollars, long nanoDollars) => UsageSums.Dollars(nanoDollars),
        _ => value,
    };

    private static IEnumerable<string?> MarksOf(UsageFilter filter) => ["rows", .. filter.Marks];
}
