using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.Admin.Reconcile;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>Reads the sums that each settlement keeps, so that a month costs no more than its hours; stepped calls are looked for among the rows.</summary>
internal sealed class LedgerDays(IUsageDatabase database, Writing writing) : ILedgerDays
{
    private const int HoursPerDay = 24;

    private static readonly DateOnly Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch);

    public async Task<IReadOnlyList<LedgerDay>> DaysAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        await writing.DoneAsync(cancellation);
        await using var connection = await database.ConnectAsync(cancellation);
        await using var command = new Sql().Add($"""
            SELECT hour / 24, model, key_fingerprint, CAST(SUM(input_tokens) AS BIGINT), CAST(SUM(cache_read_input_tokens) AS BIGINT),
                CAST(SUM(cache_creation_input_tokens - cache_creation_1h_input_tokens) AS BIGINT), CAST(SUM(cache_creation_1h_input_tokens) AS BIGINT),
                CAST(SUM(output_tokens) AS BIGINT), CAST(SUM(web_search_requests) AS BIGINT), CAST(SUM(cost_nano_usd) AS BIGINT)
            FROM usage_hour WHERE hour >= {HourOf(from)} AND hour < {HourOf(to.AddDays(1))}
            GROUP BY 1, 2, 3
            """).On(connection);
        var days = new List<LedgerDay>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            days.Add(new LedgerDay(
                Epoch.AddDays((int)row.GetInt64(0)),
                row.GetString(1),
                row.GetString(2) is { Length: > 0 } key ? key : null,
                new TokenKinds(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8)),
                row.GetInt64(9)));
        }

        return days;
    }

    public async IAsyncEnumerable<SteppedCall> SteppedAsync(DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await writing.DoneAsync(cancellation);
        await using var connection = await database.ConnectAsync(cancellation);

        // A field that is empty is left out of the text, and no name in it has a quote.
        await using var command = new Sql().Add($"""
            SELECT started_at, model, key_fingerprint, model_asked, model_answered, usage FROM usage
            WHERE kind = 'settled' AND started_at >= {HourOf(from) * Instants.PerHour} AND started_at < {HourOf(to.AddDays(1)) * Instants.PerHour}
              AND usage LIKE '%"iterations":[%'
            """).On(connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new SteppedCall(
                DateOnly.FromDateTime(Instants.From(row.GetInt64(0)).UtcDateTime),
                row.GetString(1),
                Text(row, 2),
                Text(row, 3),
                Text(row, 4),
                JsonSerializer.Deserialize(row.GetString(5), UsageJson.Default.Usage) ?? Claude.Usage.None);
        }
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long HourOf(DateOnly day) => (long)(day.DayNumber - Epoch.DayNumber) * HoursPerDay;
}
