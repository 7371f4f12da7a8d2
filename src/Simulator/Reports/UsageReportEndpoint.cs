using System.Globalization;
using System.Text.Json;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Delivery;

namespace Latchkey.Simulator.Reports;

/// <summary><c>GET /v1/organizations/usage_report/messages</c>.</summary>
internal sealed class UsageReportEndpoint(BilledUsage billed, TimeProvider clock)
{
    private static readonly string[] Groups = ["api_key_id", "workspace_id", "model", "service_tier", "context_window", "inference_geo"];

    public ValueTask<Answer> Read(Call call)
    {
        var query = call.Http.Request.Query;
        if (ReportWindow.Read(query, clock.GetUtcNow(), daysOnly: false, out var problem) is not { } window
            || ReportGroups.Read(query, Groups, out problem) is not { } groups)
        {
            return new(problem!);
        }

        var buckets = Enumerable.Range(0, window.Count).Select(_ => new SortedDictionary<UsageKey, TokenSums>()).ToList();
        foreach (var line in Filtered(query, window))
        {
            var bucket = buckets[window.BucketOf(line.At)];
            var key = new UsageKey(
                groups.Of("api_key_id", line.ApiKeyId),
                groups.Of("model", line.Model),
                groups.Of("service_tier", line.ServiceTier),
                groups.Of("context_window", line.ContextWindow),
                groups.Of("inference_geo", line.InferenceGeo));
            bucket[key] = bucket.TryGetValue(key, out var sums) ? sums.Plus(line.Sums) : line.Sums;
        }

        return new(Answer.Json(JsonBytes.Of((window, buckets), static (json, report) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            for (var i = 0; i < report.buckets.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("starting_at", Instant(report.window.StartOf(i)));
                json.WriteString("ending_at", Instant(report.window.StartOf(i + 1)));
                json.WriteStartArray("results");
                foreach (var (key, sums) in report.buckets[i])
                {
                    Write(json, key, sums);
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

    public static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private IEnumerable<BilledLine> Filtered(IQueryCollection query, ReportWindow window)
    {
        var model = ReportGroups.Filter(query, "models");
        var key = ReportGroups.Filter(query, "api_key_ids");
        var workspace = ReportGroups.Filter(query, "workspace_ids");
        var tier = ReportGroups.Filter(query, "service_tiers");
        var context = ReportGroups.Filter(query, "context_window");
        var geo = ReportGroups.Filter(query, "inference_geos");

        // Everything happens in the default workspace, which has no id.
        return billed.Lines(window.Start, window.End).Where(line =>
            model(line.Model) && key(line.ApiKeyId) && workspace(null) && tier(line.ServiceTier) && context(line.ContextWindow) && geo(line.InferenceGeo));
    }

    private static void Write(Utf8JsonWriter json, UsageKey key, TokenSums sums)
    {
        json.WriteStartObject();
        json.WriteString("api_key_id", key.ApiKeyId);
        json.WriteNull("workspace_id");
        json.WriteString("model", key.Model);
        json.WriteString("service_tier", key.ServiceTier);
        json.WriteString("context_window", key.ContextWindow);
        json.WriteString("inference_geo", key.InferenceGeo);
        json.WriteNumber("uncached_input_tokens", sums.InputTokens);
        json.WriteStartObject("cache_creation");
        json.WriteNumber("ephemeral_1h_input_tokens", sums.CacheCreation1hTokens);
        json.WriteNumber("ephemeral_5m_input_tokens", sums.CacheCreation5mTokens);
        json.WriteEndObject();
        json.WriteNumber("cache_read_input_tokens", sums.CacheReadTokens);
        json.WriteNumber("output_tokens", sums.OutputTokens);
        json.WriteStartObject("server_tool_use");
        json.WriteNumber("web_search_requests", sums.WebSearchRequests);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What a line is counted under; null where the report isn't grouped by it.</summary>
    private sealed record UsageKey(string? ApiKeyId, string? Model, string? ServiceTier, string? ContextWindow, string? InferenceGeo) : IComparable<UsageKey>
    {
        private string Order => string.Join('\n', Model, ApiKeyId, ServiceTier, ContextWindow, InferenceGeo);

        public int CompareTo(UsageKey? other) => string.CompareOrdinal(Order, other?.Order);
    }
}
