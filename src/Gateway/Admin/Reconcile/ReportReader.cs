using System.Globalization;
using System.Text.Json;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>Reads pages of the reports. What isn't as documented is an exception that names the report.</summary>
internal static class ReportReader
{
    private const decimal NanoDollarsPerCent = 10_000_000;

    public static IEnumerable<ListedKey> Keys(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(key => new ListedKey(
        key.GetProperty("id").GetString() ?? throw new FormatException("a key without an id"),
        Text(key, "name"),
        Text(key, "partial_key_hint"),
        Text(key, "workspace_id")));

    public static IEnumerable<ReportedUsage> Usage(JsonElement page) => Results(page).Select(found => new ReportedUsage(
        found.Day,
        Text(found.Result, "api_key_id"),
        Text(found.Result, "workspace_id"),
        Text(found.Result, "model"),
        TokensOf(found.Result)));

    public static IEnumerable<ReportedCost> Costs(JsonElement page) => Results(page).Select(found => new ReportedCost(
        found.Day,
        Text(found.Result, "workspace_id"),
        Text(found.Result, "currency") == "USD"
            ? decimal.Parse(Text(found.Result, "amount") ?? "", NumberStyles.Float, CultureInfo.InvariantCulture) * NanoDollarsPerCent
            : throw new FormatException("a currency other than USD")));

    private static IEnumerable<(DateOnly Day, JsonElement Result)> Results(JsonElement page)
    {
        foreach (var bucket in page.GetProperty("data").EnumerateArray())
        {
            var day = DateOnly.FromDateTime(bucket.GetProperty("starting_at").GetDateTimeOffset().UtcDateTime);
            foreach (var result in bucket.GetProperty("results").EnumerateArray())
            {
                yield return (day, result);
            }
        }
    }

    private static TokenKinds TokensOf(JsonElement result)
    {
        var written = Part(result, "cache_creation");
        var tools = Part(result, "server_tool_use");
        return new TokenKinds(
            Count(result, "uncached_input_tokens"),
            Count(result, "cache_read_input_tokens"),
            Count(written, "ephemeral_5m_input_tokens"),
            Count(written, "ephemeral_1h_input_tokens"),
            Count(result, "output_tokens"),
            Count(tools, "web_search_requests"));
    }

    private static JsonElement Part(JsonElement result, string name) =>
        result.TryGetProperty(name, out var part) && part.ValueKind is JsonValueKind.Object ? part : default;

    private static long Count(JsonElement from, string name) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var count) && count.ValueKind is not JsonValueKind.Null ? count.GetInt64() : 0;

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var text) && text.ValueKind is not JsonValueKind.Null ? text.GetString() : null;
}
