using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Latchkey.Gateway.Tests.Storage.Sqlite;

internal sealed class SqliteBench : ILedgerBench
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
    private readonly JournaledLedger _ledger;

    private SqliteBench() => _ledger = new JournaledLedger(new JournalFolder(_folder), SqliteFile.Open(DatabasePath), NullLogger<JournaledLedger>.Instance);

    public IUsageLedger Ledger => _ledger;

    private string DatabasePath => Path.Combine(_folder, "latchkey.db");

    public static async Task<SqliteBench> StartAsync()
    {
        var bench = new SqliteBench();
        await bench._ledger.StartAsync(CancellationToken.None);
        return bench;
    }

    public async Task<IReadOnlyList<string>> ReadAsync(string sql)
    {
        await _ledger.FlushAsync(CancellationToken.None);
        return SqliteRows.Read(DatabasePath, sql);
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.StopAsync(CancellationToken.None);
        _ledger.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
