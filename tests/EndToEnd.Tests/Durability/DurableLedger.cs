using System.Text.Json;
using Latchkey.Claude;
using Latchkey.EndToEnd.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>The ledger's file, looked at from outside while a gateway may be writing it.</summary>
internal sealed class DurableLedger(string dataFolder)
{
    public Task<string> IntegrityAsync() => ScalarAsync<string>("PRAGMA integrity_check");

    public Task<long> OpenExchangesAsync() => ScalarAsync<long>("SELECT COUNT(*) FROM open_exchange");

    /// <summary>Open exchanges whose answers have begun.</summary>
    public Task<long> CheckpointsAsync() => ScalarAsync<long>("SELECT COUNT(*) FROM open_exchange WHERE upstream_request_id IS NOT NULL");

    public async Task<IReadOnlyList<DurableRow>> RowsAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT client_session_id, upstream_request_id, ending, quality, usage, device_id, cost_nano_usd FROM usage";
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<DurableRow>();
        while (await row.ReadAsync())
        {
            rows.Add(new DurableRow(
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
