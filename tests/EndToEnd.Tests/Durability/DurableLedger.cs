using System.Text.Json;
using Latchkey.Claude;
using Latchkey.EndToEnd.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>The ledger, looked at from outside while a gateway may be writing it: what the journal has, the database has or will have.</summary>
internal sealed class DurableLedger(string dataFolder)
{
    public Task<string> IntegrityAsync() => ScalarAsync<string>("PRAGMA integrity_check");

    public async Task<long> OpenExchangesAsync() => (await OpenAsync()).Count;

    /// <summary>Open exchanges whose answers have begun.</summary>
    public async Task<long> CheckpointsAsync() => (await OpenAsync()).Count(row => row["upstream_request_id"] is not null);

    /// <summary>Settled rows that the database doesn't have yet.</summary>
    public async Task<long> WaitingAsync()
    {
        var journal = DurableJournal.Read(dataFolder);
        var known = await KeysAsync();
        return journal.Settled.Keys.Count(key => !known.Contains(key));
    }

    public async Task<IReadOnlyList<DurableRow>> RowsAsync()
    {
        // First, as rows only go from there to the database.
        var journal = DurableJournal.Read(dataFolder);
        var rows = await DatabaseRowsAsync();
        return [.. rows.Values, .. journal.Settled.Where(row => !rows.ContainsKey(row.Key)).Select(row => RowOf(row.Value))];
    }

    private static DurableRow RowOf(IReadOnlyDictionary<string, object?> row) => new(
        (string)row["client_session_id"]!,
        (string?)row["upstream_request_id"],
        (string)row["ending"]!,
        (string)row["quality"]!,
        TokenKinds.Of(JsonSerializer.Deserialize((string)row["usage"]!, UsageJson.Default.Usage)!),
        (string)row["device_id"]!,
        (long)row["cost_nano_usd"]!);

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> OpenAsync()
    {
        var journal = DurableJournal.Read(dataFolder);
        var known = await KeysAsync();
        return [.. journal.Open.Where(row => !known.Contains((row.Key, "settled"))).Select(row => row.Value)];
    }

    private async Task<HashSet<(string RequestId, string Kind)>> KeysAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT request_id, kind FROM usage";
        await using var row = await command.ExecuteReaderAsync();
        var keys = new HashSet<(string, string)>();
        while (await row.ReadAsync())
        {
            keys.Add((row.GetString(0), row.GetString(1)));
        }

        return keys;
    }

    private async Task<Dictionary<(string RequestId, string Kind), DurableRow>> DatabaseRowsAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT client_session_id, upstream_request_id, ending, quality, usage, device_id, cost_nano_usd, request_id, kind FROM usage";
        await using var row = await command.ExecuteReaderAsync();
        var rows = new Dictionary<(string RequestId, string Kind), DurableRow>();
        while (await row.ReadAsync())
        {
            rows.Add((row.GetString(7), row.GetString(8)), new DurableRow(
                row.GetString(0),
                row.IsDBNull(1) ? null : row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                TokenKinds.Of(JsonSerializer.Deserialize(row.GetString(4), UsageJson.Default.Usage)!),
                row.GetString(5),
                row.GetInt64(6)));
        }

        return rows;
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task<SqliteConnection> ConnectAsync()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(dataFolder, "latchkey.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        return connection;
    }
}

/// <summary>What these tests look at in a row of the ledger.</summary>
/// <param name="CallId">The client's own name of the call, sent as its session.</param>
/// <param name="UpstreamRequestId">Null when the gateway died before it was written.</param>
/// <param name="Ending">How the exchange ended.</param>
/// <param name="Quality">How sure the figures are.</param>
/// <param name="Tokens">What was used.</param>
/// <param name="DeviceId">Whose call it was.</param>
/// <param name="CostNanoDollars">What it cost.</param>
internal sealed record DurableRow(
    string CallId, string? UpstreamRequestId, string Ending, string Quality, TokenKinds Tokens, string DeviceId, long CostNanoDollars);
