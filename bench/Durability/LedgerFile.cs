using System.Globalization;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Latchkey.Durability;

/// <summary>A gateway's database, while no gateway has it open.</summary>
internal static class LedgerFile
{
    private const int Devices = 10_000;
    private const int Days = 30;

    /// <summary>Rows of one transaction.</summary>
    private const int Piece = 100_000;

    /// <summary>Writes rows as a month of many devices leaves them, with the sums that belong to them.</summary>
    public static void Fill(string folder, int rows)
    {
        using var connection = SqliteFile.Open(PathIn(folder)).Connect();
        var first = Instants.Of(TimeProvider.System.GetUtcNow().AddDays(-Days));
        var step = Days * Instants.PerDay / rows;
        Run(connection, "PRAGMA synchronous = OFF");
        Run(connection, "PRAGMA cache_size = -200000");
        for (var from = 0; from < rows; from += Piece)
        {
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
                WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {Math.Min(rows, from + Piece)})
                INSERT INTO usage ({UsageColumns.Names})
                SELECT printf('req_lk_%012x%020x', ({first} + i * {step}) / 1000, abs(random())), 'settled', 'req_' || i, printf('device-%08d', i * 7919 % {Devices}), NULL, NULL,
                    printf('session-%08d', i * 7919 % {Devices}), NULL, NULL, NULL, 'messages', i % 2, 'claude-opus-5-5', 'claude-opus-5-5', 'claude-opus-5-5',
                    210, 130, 0, 0, 1900, 0, json_object(), 'actual', NULL, 5200000, 'bench', 0, 200, 200, 'completed', NULL, 'none', NULL, 'end_turn', '0123456789ab',
                    {first} + i * {step}, 400000, 1300000, 1024, 2048
                FROM n
                """));
        }

        Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        connection.Close();
        SqliteConnection.ClearAllPools();
    }

    /// <summary>Rows of the ledger once the journal is in it, and exchanges that were still open.</summary>
    public static async Task<(long Rows, long Open)> CountAsync(string folder)
    {
        var file = SqliteFile.Open(PathIn(folder));
        var journal = new JournalFolder(folder);
        var open = JournalRecovery.Read(journal, default).Open.Count;
        using (var ledger = new JournaledLedger(journal, file, NullLogger<JournaledLedger>.Instance))
        {
            await ledger.StartAsync(CancellationToken.None);
            await ledger.FlushAsync(CancellationToken.None);
            await ledger.StopAsync(CancellationToken.None);
        }

        using var connection = file.Connect();
        var rows = Run(connection, "SELECT COUNT(*) FROM usage");
        connection.Close();
        SqliteConnection.ClearAllPools();
        return (rows, open);
    }

    private static string PathIn(string folder) => Path.Combine(folder, "latchkey.db");

    private static long Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
#pragma warning disable CA2100 // Only this file's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() as long? ?? 0;
    }
}
