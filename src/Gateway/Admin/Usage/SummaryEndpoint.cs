using System.Text.Json;
using Latchkey.Gateway.Identity;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary><c>GET /admin/usage/summary</c>: sums by any combination of dimensions.</summary>
internal static class SummaryEndpoint
{
    private const int DefaultLimit = 100;
    private const int HighestLimit = 1000;
    private const string GroupBy = "group_by";
    private const string OrderBy = "order_by";

    /// <summary>The sums of a group, by their names in answers.</summary>
    private static readonly (string Name, Func<UsageSums, object> Value)[] Figures =
    [
        ("requests", s => s.Requests),
        ("succeeded", s => s.Succeeded),
        ("input_tokens", s => s.InputTokens),
        ("output_tokens", s => s.OutputTokens),
        ("cache_creation_input_tokens", s => s.CacheCreationInputTokens),
        ("cache_creation_1h_input_tokens", s => s.CacheCreation1hInputTokens),
        ("cache_read_input_tokens", s => s.CacheReadInputTokens),
        ("web_search_requests", s => s.WebSearchRequests),
        ("cost_usd", s => s.CostUsd),
        ("cost_nano_usd", s => s.CostNanoDollars),
        ("average_latency_ms", s => (decimal)s.AverageLatency),
        ("success_rate", s => (decimal)s.SuccessRate),
    ];

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/admin/usage/summary", AnswerAsync).RequireAuthorization(Access.DeviceOrOperator);

    private static async Task<IResult> AnswerAsync(HttpContext http, IUsageReports reports, TimeProvider time)
    {
        var parameters = new UsageParameters(http.Request.Query, [.. UsageFilter.Names, GroupBy, OrderBy, "limit", "cursor", AnswerFormat.Parameter]);
        var device = Access.DeviceOf(http);
        var question = new SummaryQuestion(UsageFilter.Read(parameters, device), DimensionName.Read(parameters, GroupBy), IsDearestFirst(parameters));
        if (device is not null && question.GroupBy.Contains(UsageDimension.Key))
        {
            parameters.Refuse(GroupBy, "may have key for operators only.");
        }

        var csv = AnswerFormat.IsCsv(http.Request, parameters);
        var limit = parameters.Number("limit", 1, HighestLimit) ?? DefaultLimit;
        var page = Page(parameters, question, time);
        if (parameters.Problem is { } wrong)
        {
            return wrong.ToResult();
        }

        var (groups, gone) = await reports.GroupAsync(csv ? question : page.Question with { Limit = limit + 1 }, http.RequestAborted);
        if (groups is null)
        {
            return gone!.ToResult();
        }

        await using (groups)
        {
            await (csv ? WriteCsvAsync(http, question, groups) : WriteJsonAsync(http, question, page.AsOf, limit, groups));
        }

        return Results.Empty;
    }

    private static bool IsDearestFirst(UsageParameters parameters)
    {
        switch (parameters.Text(OrderBy))
        {
            case null or "key":
                return false;
            case "-cost":
                return true;
            default:
                parameters.Refuse(OrderBy, "is key or -cost.");
                return false;
        }
    }

    /// <summary>
    /// The question of one page. In the order of cost, pages must be of one moment: the first page's is the end of the others' period,
    /// so that what comes meanwhile doesn't move groups from page to page.
    /// </summary>
    private static (SummaryQuestion Question, long AsOf) Page(UsageParameters parameters, SummaryQuestion question, TimeProvider time)
    {
        var now = Microseconds(question.Filter.To ?? time.GetUtcNow());
        if (parameters.Text("cursor") is not { } text)
        {
            return (question, now);
        }

        bool[] key = [.. question.GroupBy.Select(DimensionName.IsText)];
        var values = Cursor.Read(text, MarksOf(question), question.DearestFirst ? [false, false, .. key] : key);
        if (values is null || key.Length == 0 || question.DearestFirst && (long)values[0] is < 0 or > 200_000_000_000_000_000)
        {
            parameters.Refuse("cursor", "doesn't belong to this question: pass next_cursor as it came, with the same parameters.");
            return (question, now);
        }

        if (!question.DearestFirst)
        {
            return (question with { After = new GroupPosition(0, values) }, now);
        }

        var asOf = (long)values[0];
        return (question with
        {
            Filter = question.Filter with { To = question.Filter.To ?? DateTimeOffset.UnixEpoch.AddMicroseconds(asOf) },
            After = new GroupPosition((long)values[1], [.. values.Skip(2)]),
        }, asOf);
    }

    private static async Task WriteJsonAsync(HttpContext http, SummaryQuestion question, long asOf, int limit, UsageGroups groups)
    {
        // Read before it is begun: what fails halfway is an error, not half an answer.
        var page = await groups.Groups.ToListAsync(http.RequestAborted);
        var next = page.Count > limit ? page[limit - 1].Position : null;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.Vary = "Accept";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        WriteInstant(json, "from", groups.From);
        WriteInstant(json, "to", question.Filter.To);
        json.WriteStartArray(GroupBy);
        foreach (var dimension in question.GroupBy)
        {
            json.WriteStringValue(DimensionName.ParameterOf(dimension));
        }

        json.WriteEndArray();
        json.WriteStartArray("groups");
        foreach (var group in page.Take(limit))
        {
            WriteGroup(json, question, group);
        }

        json.WriteEndArray();
        json.WriteString("next_cursor", next is null
            ? null
            : Cursor.Write(MarksOf(question), question.DearestFirst ? [asOf, next.CostNanoDollars, .. next.Key] : next.Key));
        json.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter json, SummaryQuestion question, UsageGroup group)
    {
        json.WriteStartObject();
        for (var i = 0; i < question.GroupBy.Count; i++)
        {
            json.WriteString(DimensionName.FieldOf(question.GroupBy[i]), DimensionName.Show(question.GroupBy[i], group.Key[i]));
        }

        foreach (var (name, value) in Figures)
        {
            if (value(group.Sums) is long whole)
            {
                json.WriteNumber(name, whole);
            }
            else
            {
                json.WriteNumber(name, (decimal)value(group.Sums));
            }
        }

        json.WriteEndObject();
    }

    private static async Task WriteCsvAsync(HttpContext http, SummaryQuestion question, UsageGroups groups)
    {
        var csv = new CsvAnswer(http.Response);
        csv.Begin("usage-summary.csv", [.. question.GroupBy.Select(DimensionName.FieldOf), .. Figures.Select(f => f.Name)]);
        await foreach (var group in groups.Groups.WithCancellation(http.RequestAborted))
        {
            await csv.WriteLineAsync(
                [.. question.GroupBy.Zip(group.Key, DimensionName.Show), .. Figures.Select(f => f.Value(group.Sums))],
                http.RequestAborted);
        }

        await csv.EndAsync(http.RequestAborted);
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, DateTimeOffset? instant) =>
        json.WriteString(name, instant is { } known ? ProtocolJson.Instant(known) : null);

    private static IEnumerable<string?> MarksOf(SummaryQuestion question) =>
        ["summary", question.DearestFirst ? "-cost" : "key", string.Join(',', question.GroupBy), .. question.Filter.Marks];

    private static long Microseconds(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
