using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.Admin.Prices;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>Reads settled rows with what their corrections made of them, by time and then id.</summary>
internal sealed class SqliteRatedRows(SqliteFile file, IUsageLedger ledger) : IRatedRows
{
    public async Task<IReadOnlyList<RatedRow>> PageAsync(RatedSpan span, string kind, UsageEntry? after, int limit, CancellationToken cancellation)
    {
        await ledger.FlushAsync(cancellation);
        using var connection = file.Connect();
        using var command = connection.CreateCommand();

        // A correction is written after what it corrects, so that the last row says what holds.
        command.CommandText = """
            SELECT u.*,
                (SELECT SUM(c.cost_nano_usd) FROM usage c WHERE c.request_id = u.request_id) AS cost_now,
                (SELECT c.unpriced FROM usage c WHERE c.request_id = u.request_id ORDER BY c.rowid DESC LIMIT 1) AS unpriced_now,
                (SELECT COUNT(*) - 1 FROM usage c WHERE c.request_id = u.request_id) AS corrections,
                EXISTS (SELECT 1 FROM usage c WHERE c.request_id = u.request_id AND c.kind = $kind) AS has_kind
            FROM usage u
            WHERE u.kind = 'settled' AND u.started_at >= $from AND u.started_at < $to
              AND ($models IS NULL OR u.model IN (SELECT value FROM json_each($models)))
              AND ($after_id IS NULL OR (u.started_at, u.request_id) > ($after_at, $after_id))
            ORDER BY u.started_at, u.request_id LIMIT $limit
            """;
        command.Parameters.AddWithValue("$kind", kind);
        command.Parameters.AddWithValue("$from", Instants.Of(after?.StartedAt ?? span.From));
        command.Parameters.AddWithValue("$to", Instants.Of(span.To));
        command.Parameters.AddWithValue("$models", span.Models is { } models ? $"[{string.Join(',', models.Select(m => $"\"{JsonEncodedText.Encode(m)}\""))}]" : DBNull.Value);
        command.Parameters.AddWithValue("$after_at", after is null ? DBNull.Value : Instants.Of(after.StartedAt));
        command.Parameters.AddWithValue("$after_id", (object?)after?.RequestId ?? DBNull.Value);
        command.Parameters.AddWithValue("$limit", limit);
        var page = new List<RatedRow>();
        using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            page.Add(new RatedRow(
                EntryOf(row),
                Integer(row, "cost_now"),
                Integer(row, "unpriced_now") != 0,
                (int)Integer(row, "corrections"),
                Integer(row, "has_kind") != 0));
        }

        return page;
    }

    private static UsageEntry EntryOf(SqliteDataReader row) => new()
    {
        RequestId = Text(row, "request_id"),
        Kind = Text(row, "kind"),
        UpstreamRequestId = TextOrNull(row, "upstream_request_id"),
        DeviceId = Text(row, "device_id"),
        UserId = TextOrNull(row, "user_id"),
        OrgId = TextOrNull(row, "org_id"),
        SessionId = Text(row, "session_id"),
        ClientSessionId = TextOrNull(row, "client_session_id"),
        ClientAgentId = TextOrNull(row, "client_agent_id"),
        ClientParentAgentId = TextOrNull(row, "client_parent_agent_id"),
        Route = Text(row, "route"),
        Stream = Integer(row, "stream") != 0,
        Model = Text(row, "model"),
        ModelAsked = TextOrNull(row, "model_asked"),
        ModelAnswered = TextOrNull(row, "model_answered"),
        Usage = JsonSerializer.Deserialize(Text(row, "usage"), UsageJson.Default.Usage) ?? Claude.Usage.None,
        Quality = QualityOf(row),
        QualityReason = TextOrNull(row, "quality_reason"),
        CostNanoDollars = Integer(row, "cost_nano_usd"),
        PriceVersion = Text(row, "price_version"),
        Unpriced = Integer(row, "unpriced") != 0,
        Status = (int)Integer(row, "status"),
        UpstreamStatus = (int?)IntegerOrNull(row, "upstream_status"),
        Ending = Text(row, "ending"),
        Abort = TextOrNull(row, "abort"),
        Fault = Text(row, "fault"),
        ErrorType = TextOrNull(row, "error_type"),
        StopReason = TextOrNull(row, "stop_reason"),
        KeyFingerprint = TextOrNull(row, "key_fingerprint"),
        StartedAt = Instants.From(Integer(row, "started_at")),
        FirstByteAfter = IntegerOrNull(row, "first_byte_us") is { } firstByte ? TimeSpan.FromMicroseconds(firstByte) : null,
        Latency = TimeSpan.FromMicroseconds(Integer(row, "latency_us")),
        RequestBytes = Integer(row, "request_bytes"),
        ResponseBytes = Integer(row, "response_bytes"),
    };

    /// <summary>A guessed price hides how sure the tokens are; a reason is there for an estimate only.</summary>
    private static UsageQuality QualityOf(SqliteDataReader row) =>
        Enum.TryParse<UsageQuality>(Text(row, "quality"), ignoreCase: true, out var quality) ? quality
        : TextOrNull(row, "quality_reason") is null ? UsageQuality.Actual
        : UsageQuality.Estimated;

    private static string Text(SqliteDataReader row, string column) => row.GetString(row.GetOrdinal(column));

    private static string? TextOrNull(SqliteDataReader row, string column) => row.IsDBNull(row.GetOrdinal(column)) ? null : Text(row, column);

    private static long Integer(SqliteDataReader row, string column) => row.GetInt64(row.GetOrdinal(column));

    private static long? IntegerOrNull(SqliteDataReader row, string column) => row.IsDBNull(row.GetOrdinal(column)) ? null : Integer(row, column);
}
