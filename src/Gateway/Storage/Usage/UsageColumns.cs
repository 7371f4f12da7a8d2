using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>
/// The columns of a usage row, defined once: the tables of every store, their statements and the way from one store to
/// another are made from this list. Instants are microseconds since 1970, UTC.
/// </summary>
internal static class UsageColumns
{
    public static readonly IReadOnlyList<UsageColumn> All =
    [
        Text("request_id", e => e.RequestId),
        Text("kind", e => e.Kind),
        OptionalText("upstream_request_id", e => e.UpstreamRequestId),
        Text("device_id", e => e.DeviceId),
        OptionalText("user_id", e => e.UserId),
        OptionalText("org_id", e => e.OrgId),
        Text("session_id", e => e.SessionId),
        OptionalText("client_session_id", e => e.ClientSessionId),
        OptionalText("client_agent_id", e => e.ClientAgentId),
        OptionalText("client_parent_agent_id", e => e.ClientParentAgentId),
        Text("route", e => e.Route),
        Integer("stream", e => e.Stream ? 1L : 0L),
        Text("model", e => e.Model),
        OptionalText("model_asked", e => e.ModelAsked),
        OptionalText("model_answered", e => e.ModelAnswered),
        Integer("input_tokens", e => e.Usage.InputTokens),
        Integer("output_tokens", e => e.Usage.OutputTokens),
        Integer("cache_creation_input_tokens", e => e.Usage.CacheCreationInputTokens),
        Integer("cache_creation_1h_input_tokens", e => e.Usage.CacheCreation1hInputTokens),
        Integer("cache_read_input_tokens", e => e.Usage.CacheReadInputTokens),
        Integer("web_search_requests", e => e.Usage.WebSearchRequests),
        Text("usage", e => ReferenceEquals(e.Usage, Claude.Usage.None) ? "{}" : JsonSerializer.Serialize(e.Usage, UsageJson.Default.Usage)),
        Text("quality", QualityOf),
        OptionalText("quality_reason", e => e.QualityReason),
        Integer("cost_nano_usd", e => e.CostNanoDollars),
        Text("price_version", e => e.PriceVersion),
        Integer("unpriced", e => e.Unpriced ? 1L : 0L),
        Integer("status", e => e.Status),
        OptionalInteger("upstream_status", e => e.UpstreamStatus),
        Text("ending", e => e.Ending),
        OptionalText("abort", e => e.Abort),
        Text("fault", e => e.Fault),
        OptionalText("error_type", e => e.ErrorType),
        OptionalText("stop_reason", e => e.StopReason),
        OptionalText("key_fingerprint", e => e.KeyFingerprint),
        Integer("started_at", e => Instants.Of(e.StartedAt)),
        OptionalInteger("first_byte_us", e => (long?)e.FirstByteAfter?.TotalMicroseconds),
        Integer("latency_us", e => (long)e.Latency.TotalMicroseconds),
        Integer("request_bytes", e => e.RequestBytes),
        Integer("response_bytes", e => e.ResponseBytes),
    ];

    /// <summary>All names, separated by commas.</summary>
    public static readonly string Names = string.Join(", ", All.Select(c => c.Name));

    /// <summary>A charge at guessed rates says so first: an estimate beside it still shows in its reason.</summary>
    private static string QualityOf(UsageEntry entry) => entry.Unpriced ? "unpriced" : entry.Quality switch
    {
        UsageQuality.None => "none",
        UsageQuality.Actual => "actual",
        UsageQuality.Estimated => "estimated",
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.Quality, null),
    };

    private static UsageColumn Text(string name, Func<UsageEntry, string?> value) => new(name, Required: true, value, null);

    private static UsageColumn OptionalText(string name, Func<UsageEntry, string?> value) => new(name, Required: false, value, null);

    private static UsageColumn Integer(string name, Func<UsageEntry, long> value) => new(name, Required: true, null, e => value(e));

    private static UsageColumn OptionalInteger(string name, Func<UsageEntry, long?> value) => new(name, Required: false, null, value);
}
