using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;
using Latchkey.Protocol;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>Reads the ledger; what was settled before the question is in the answer.</summary>
internal sealed class SqliteUsageReports(SqliteFile file, IUsageLedger ledger) : IUsageReports
{
    private const decimal NanoDollars = 1_000_000_000m;

    private const string Where = """
        WHERE ($device IS NULL OR device_id = $device)
          AND ($model IS NULL OR model_answered = $model OR model_asked = $model)
          AND ($from IS NULL OR started_at >= $from)
          AND ($to IS NULL OR started_at < $to)
        """;

    public async Task<UsageStats> SumAsync(UsageFilter filter, CancellationToken cancellation)
    {
        await ledger.FlushAsync(cancellation);
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT COUNT(*) FILTER (WHERE kind = 'settled'), COALESCE(SUM(input_tokens), 0), COALESCE(SUM(output_tokens), 0), COALESCE(SUM(cache_creation_input_tokens), 0),
                COALESCE(SUM(cache_read_input_tokens), 0), COALESCE(AVG(latency_us) FILTER (WHERE kind = 'settled'), 0) / 1000.0,
                COALESCE(AVG(status BETWEEN 200 AND 299 AND ending = 'completed') FILTER (WHERE kind = 'settled'), 1.0), COALESCE(SUM(cost_nano_usd), 0)
            FROM usage {Where}
            """;
        Bind(command, filter);
        using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new UsageStats
        {
            TotalRequests = row.GetInt64(0),
            TotalInputTokens = row.GetInt64(1),
            TotalOutputTokens = row.GetInt64(2),
            TotalCacheCreationInputTokens = row.GetInt64(3),
            TotalCacheReadInputTokens = row.GetInt64(4),
            TotalCostUsd = row.GetInt64(7) / NanoDollars,
            AverageLatency = Math.Round(row.GetDouble(5), 3),
            SuccessRate = Math.Round(row.GetDouble(6), 4),
        };
    }

    public async Task<IReadOnlyList<UsageMetric>> LatestAsync(UsageFilter filter, int limit, CancellationToken cancellation)
    {
        await ledger.FlushAsync(cancellation);
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT request_id, upstream_request_id, device_id, user_id, org_id, client_session_id, route, stream,
                COALESCE(model_answered, model_asked), model_asked, input_tokens, output_tokens, cache_creation_input_tokens,
                cache_read_input_tokens, quality, latency_us, first_byte_us, status, ending, fault, error_type, stop_reason, started_at,
                (SELECT SUM(c.cost_nano_usd) FROM usage c WHERE c.request_id = usage.request_id),
                (SELECT c.price_version FROM usage c WHERE c.request_id = usage.request_id ORDER BY c.rowid DESC LIMIT 1),
                (SELECT c.unpriced FROM usage c WHERE c.request_id = usage.request_id ORDER BY c.rowid DESC LIMIT 1), quality_reason
            FROM usage {Where} AND kind = 'settled'
            ORDER BY started_at DESC, request_id DESC LIMIT $limit
            """;
        Bind(command, filter);
        command.Parameters.AddWithValue("$limit", limit);
        var metrics = new List<UsageMetric>();
        using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            metrics.Add(new UsageMetric
            {
                RequestId = row.GetString(0),
                UpstreamRequestId = Text(row, 1),
                DeviceId = row.GetString(2),
                UserId = Text(row, 3),
                OrgId = Text(row, 4),
                ClientSessionId = Text(row, 5),
                Route = row.GetString(6),
                Stream = row.GetInt64(7) != 0,
                Model = Text(row, 8),
                ModelAsked = Text(row, 9),
                InputTokens = row.GetInt64(10),
                OutputTokens = row.GetInt64(11),
                CacheCreationInputTokens = row.GetInt64(12),
                CacheReadInputTokens = row.GetInt64(13),
                Quality = row.GetString(14),
                QualityReason = Text(row, 26),
                CostUsd = row.GetInt64(23) / NanoDollars,
                PriceVersion = row.GetString(24),
                Unpriced = row.GetInt64(25) != 0,
                LatencyMs = row.GetInt64(15) / 1000.0,
                FirstByteMs = row.IsDBNull(16) ? null : row.GetInt64(16) / 1000.0,
                Status = row.GetInt32(17),
                Ending = row.GetString(18),
                Fault = row.GetString(19),
                ErrorType = Text(row, 20),
                StopReason = Text(row, 21),
                Timestamp = ProtocolJson.Instant(Instants.From(row.GetInt64(22))),
            });
        }

        return metrics;
    }

    private static void Bind(SqliteCommand command, UsageFilter filter)
    {
        command.Parameters.AddWithValue("$device", (object?)filter.DeviceId ?? DBNull.Value);
        command.Parameters.AddWithValue("$model", (object?)filter.Model ?? DBNull.Value);
        command.Parameters.AddWithValue("$from", filter.From is { } from ? Instants.Of(from) : DBNull.Value);
        command.Parameters.AddWithValue("$to", filter.To is { } to ? Instants.Of(to) : DBNull.Value);
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
