using System.Data.Common;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.Admin.Prices;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>Reads settled rows with what their corrections made of them, by time and then id.</summary>
internal sealed class RatedRows(IUsageDatabase database, Writing writing) : IRatedRows
{
    private static readonly SqlFragment Comma = SqlFragment.Constant(", ");

    public async Task<IReadOnlyList<RatedRow>> PageAsync(RatedSpan span, UsageEntry? after, int limit, CancellationToken cancellation)
    {
        await writing.DoneAsync(cancellation);
        await using var connection = await database.ConnectAsync(cancellation);
        var settled = await SettledAsync(connection, span, after, limit, cancellation);
        if (settled.Count == 0)
        {
            return [];
        }

        var corrections = (await CorrectionsAsync(connection, settled, cancellation)).ToLookup(c => c.RequestId, StringComparer.Ordinal);
        return [.. settled.Select(row => WithCorrections(row, [.. corrections[row.RequestId]]))];
    }

    /// <summary>The correction with the highest number says what holds: no two stores keep rows in the order in which they were written.</summary>
    private static RatedRow WithCorrections(UsageEntry row, Correction[] corrections) => new(
        row,
        row.CostNanoDollars + corrections.Sum(c => c.CostNanoDollars),
        corrections.Length == 0 ? row.Unpriced : corrections.MaxBy(c => UsageCorrection.NumberOf(c.Kind))!.Unpriced,
        corrections.Length);

    private async Task<List<UsageEntry>> SettledAsync(DbConnection connection, RatedSpan span, UsageEntry? after, int limit, CancellationToken cancellation)
    {
        var text = database.Dialect.ByBytes;
        var sql = new Sql().Add(
            $"SELECT * FROM usage WHERE kind = 'settled' AND started_at >= {Instants.Of(after?.StartedAt ?? span.From)} AND started_at < {Instants.Of(span.To)}");
        if (span.Models is { Count: > 0 } models)
        {
            sql.Add($" AND model IN (").AddEach(Comma, models, (s, model) => s.Add($"{model}")).Add($")");
        }

        if (after is not null)
        {
            sql.Add($" AND (started_at, request_id{text}) > ({Instants.Of(after.StartedAt)}, {after.RequestId})");
        }

        await using var command = sql.Add($" ORDER BY started_at, request_id{text} LIMIT {(long)limit}").On(connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var page = new List<UsageEntry>();
        while (await row.ReadAsync(cancellation))
        {
            page.Add(EntryOf(row));
        }

        return page;
    }

    private static async Task<List<Correction>> CorrectionsAsync(DbConnection connection, List<UsageEntry> settled, CancellationToken cancellation)
    {
        await using var command = new Sql()
            .Add($"SELECT request_id, kind, unpriced, cost_nano_usd FROM usage WHERE kind <> 'settled' AND request_id IN (")
            .AddEach(Comma, settled, (s, row) => s.Add($"{row.RequestId}"))
            .Add($")").On(connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var corrections = new List<Correction>();
        while (await row.ReadAsync(cancellation))
        {
            corrections.Add(new Correction(row.GetString(0), row.GetString(1), row.GetInt64(2) != 0, row.GetInt64(3)));
        }

        return corrections;
    }

    private static UsageEntry EntryOf(DbDataReader row) => new()
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
    private static UsageQuality QualityOf(DbDataReader row) =>
        Enum.TryParse<UsageQuality>(Text(row, "quality"), ignoreCase: true, out var quality) ? quality
        : TextOrNull(row, "quality_reason") is null ? UsageQuality.Actual
        : UsageQuality.Estimated;

    private static string Text(DbDataReader row, string column) => row.GetString(row.GetOrdinal(column));

    private static string? TextOrNull(DbDataReader row, string column) => row.IsDBNull(row.GetOrdinal(column)) ? null : Text(row, column);

    private static long Integer(DbDataReader row, string column) => row.GetInt64(row.GetOrdinal(column));

    private static long? IntegerOrNull(DbDataReader row, string column) => row.IsDBNull(row.GetOrdinal(column)) ? null : Integer(row, column);

    private sealed record Correction(string RequestId, string Kind, bool Unpriced, long CostNanoDollars);
}
