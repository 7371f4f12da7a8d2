namespace Latchkey.Gateway.Admin.Usage;

/// <summary>How a column of a row is shown.</summary>
internal enum RowShape
{
    Text,
    Integer,

    /// <summary>Kept as 0 or 1.</summary>
    Flag,

    /// <summary>Kept in microseconds since 1970, UTC.</summary>
    Instant,

    /// <summary>Kept in microseconds, shown in milliseconds.</summary>
    Milliseconds,

    /// <summary>Kept in nano-dollars, shown in US dollars.</summary>
    Dollars,
}

/// <summary>One column of <c>GET /admin/usage/rows</c>.</summary>
/// <param name="Name">What it is called there.</param>
/// <param name="Source">The ledger's column.</param>
/// <param name="Shape">How it is shown.</param>
/// <param name="ForOperators">Devices see nothing in it.</param>
internal sealed record RowColumn(string Name, string Source, RowShape Shape, bool ForOperators = false);

/// <summary>A row: strings, whole numbers and nulls, in the order of <see cref="RowColumns"/>, and where it stands.</summary>
internal sealed record UsageRowValues(IReadOnlyList<object?> Values, RowPosition Position);

/// <summary>Where a row stands in the order: rows of later exchanges come first.</summary>
internal sealed record RowPosition(long StartedAtMicroseconds, string RequestId, string Kind);

/// <summary>The columns of a row, in their order.</summary>
internal static class RowColumns
{
    public static readonly IReadOnlyList<RowColumn> All =
    [
        new("timestamp", "started_at", RowShape.Instant),
        Same("request_id"),
        Same("kind"),
        Same("upstream_request_id"),
        Same("device_id"),
        Same("user_id"),
        Same("org_id"),
        Same("session_id"),
        Same("client_session_id"),
        Same("client_agent_id"),
        Same("client_parent_agent_id"),
        Same("route"),
        Same("stream", RowShape.Flag),
        Same("model"),
        Same("model_asked"),
        Same("model_answered"),
        Same("input_tokens", RowShape.Integer),
        Same("output_tokens", RowShape.Integer),
        Same("cache_creation_input_tokens", RowShape.Integer),
        Same("cache_creation_1h_input_tokens", RowShape.Integer),
        Same("cache_read_input_tokens", RowShape.Integer),
        Same("web_search_requests", RowShape.Integer),
        new("cost_usd", "cost_nano_usd", RowShape.Dollars),
        Same("cost_nano_usd", RowShape.Integer),
        Same("price_version"),
        Same("unpriced", RowShape.Flag),
        Same("quality"),
        Same("quality_reason"),
        Same("status", RowShape.Integer),
        Same("upstream_status", RowShape.Integer),
        Same("ending"),
        Same("abort"),
        Same("fault"),
        Same("error_type"),
        Same("stop_reason"),
        new("key_fingerprint", "key_fingerprint", RowShape.Text, ForOperators: true),
        new("latency_ms", "latency_us", RowShape.Milliseconds),
        new("first_byte_ms", "first_byte_us", RowShape.Milliseconds),
        Same("request_bytes", RowShape.Integer),
        Same("response_bytes", RowShape.Integer),
    ];

    private static RowColumn Same(string name, RowShape shape = RowShape.Text) => new(name, name, shape);
}
