using System.Runtime.CompilerServices;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.Admin.Reconcile;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>Reads the sums that each settlement keeps, so that a month costs no more than its hours; stepped calls are looked for among the rows.</summary>
internal sealed class SqliteLedgerDays(SqliteFile file, IUsageLedger ledger) : ILedgerDays
{
    private const int HoursPerDay = 24;

    private static readonly DateOnly Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch);

    public async Task<IReadOnlyList<LedgerDay>> DaysAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        await ledger.FlushAsync(cancellation);
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT hour / {HoursPerDay}, model, key_fingerprint, SUM(input_tokens), SUM(cache_read_input_tokens),
                SUM(cache_creation_input_tokens - cache_creation_1h_input_tokens), SUM(cache_creation_1h_input_tokens),
                SUM(output_tokens), SUM(web_search_requests), SUM(cost_nano_usd)
            FROM usage_hour WHERE hour >= $from AND hour < $to
            GROUP BY 1, 2, 3
            """;
        command.Parameters.AddWithValue("$from", HourOf(from));
        command.Parameters.AddWithValue("$to", HourOf(to.AddDays(1)));
        var days = new List<LedgerDay>();
        using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            days.Add(new LedgerDay(
                Epoch.AddDays(row.GetInt32(0)),
                row.GetString(1),
                row.GetString(2) is { Length: > 0 } key ? key : null,
                new TokenKinds(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8)),
                row.GetInt64(9)));
        }

        return days;
    }

    public async IAsyncEnumerable<SteppedCall> SteppedAsync(DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await ledger.FlushAsync(cancellation);
        using var connection = file.Connect();
        using var command = connection.CreateCommand();

        // A field that is empty is left out of the text, and no name in it has a quote.
        command.CommandText = """
            SELECT started_at, model, key_fingerprint, model_asked, model_answered, usage FROM usage
            WHERE kind = 'settled' AND started_at >= $from AND started_at < $to AND instr(usage, '"iterations":[') > 0
            """;
        command.Parameters.AddWithValue("$from", HourOf(from) * Instants.PerHour);
        command.Parameters.AddWithValue("$to", HourOf(to.AddDays(1)) * Instants.PerHour);
        using var row = await command.ExecuteReaderAsync(cancellation);
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

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long HourOf(DateOnly day) => (long)(day.DayNumber - Epoch.DayNumber) * HoursPerDay;
}
