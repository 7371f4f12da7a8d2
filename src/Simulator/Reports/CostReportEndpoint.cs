using System.Globalization;
using System.Text.Json;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Delivery;

namespace Latchkey.Simulator.Reports;

/// <summary><c>GET /v1/organizations/cost_report</c>: days, in cents as decimal strings.</summary>
internal sealed class CostReportEndpoint(BilledUsage billed, TimeProvider clock)
{
    private const decimal NanoDollarsPerCent = 10_000_000;
    private static readonly string[] Groups = ["workspace_id", "description"];

    public ValueTask<Answer> Read(Call call)
    {
        var query = call.Http.Request.Query;
        if (ReportWindow.Read(query, clock.GetUtcNow(), daysOnly: true, out var problem) is not { } window
            || ReportGroups.Read(query, Groups, out problem) is not { } groups)
        {
            return new(problem!);
        }

        var buckets = Enumerable.Range(0, window.Count).Select(_ => new SortedDictionary<CostKey, decimal>()).ToList();
        foreach (var line in billed.Lines(window.Start, window.End))
        {
            var bucket = buckets[window.BucketOf(line.At)];
            foreach (var item in PriceTable.CostsOf(line))
            {
                var key = groups.By("description") ? KeyOf(line, item) : CostKey.Everything;
                bucket[key] = bucket.GetValueOrDefault(key) + item.NanoDollars;
            }
        }

        return new(Answer.Json(JsonBytes.Of((window, buckets), static (json, report) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            for (var i = 0; i < report.buckets.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("starting_at", UsageReportEndpoint.Instant(report.window.StartOf(i)));
                json.WriteString("ending_at", UsageReportEndpoint.Instant(report.window.StartOf(i + 1)));
                json.WriteStartArray("results");
                foreach (var (key, nanoDollars) in report.buckets[i])
                {
                    Write(json, key, nanoDollars);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more", report.window.NextPage is not null);
            json.WriteString("next_page", report.window.NextPage);
            json.WriteEndObject();
        })));
    }

    private static CostKey KeyOf(BilledLine line, CostItem item) => item.TokenType is null
        ? new CostKey("Web Search Usage", "web_search", null, null, null, null, null)
        : new CostKey(
            $"{line.Model} Usage - {item.Name}{(line.Batch ? " (Batch)" : "")}",
            "tokens",
            line.Model,
            item.TokenType,
            line.Batch ? "batch" : "standard",
            line.ContextWindow,
            line.InferenceGeo);

    private static void Write(Utf8JsonWriter json, CostKey key, decimal nanoDollars)
    {
        json.WriteStartObject();
        json.WriteString("currency", "USD");
        json.WriteString("amount", (nanoDollars / NanoDollarsPerCent).ToString("0.##################", CultureInfo.InvariantCulture));
        json.WriteNull("workspace_id");
        json.WriteString("description", key.Description);
        json.WriteString("cost_type", key.CostType);
        json.WriteString("context_window", key.ContextWindow);
        json.WriteString("model", key.Model);
        json.WriteString("service_tier", key.ServiceTier);
        json.WriteString("token_type", key.TokenType);
        json.WriteString("inference_geo", key.InferenceGeo);
        json.WriteEndObject();
    }

    private sealed record CostKey(
        string? Description, string? CostType, string? Model, string? TokenType, string? ServiceTier, string? ContextWindow, string? InferenceGeo)
        : IComparable<CostKey>
    {
        public static readonly CostKey Everything = new(null, null, null, null, null, null, null);

        private string Order => string.Join('\n', Description, TokenType, ServiceTier, ContextWindow, InferenceGeo);

        public int CompareTo(CostKey? other) => string.CompareOrdinal(Order, other?.Order);
    }
}
