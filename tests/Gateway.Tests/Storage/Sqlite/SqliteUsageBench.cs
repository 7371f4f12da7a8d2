using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Latchkey.Gateway.Tests.Storage.Sqlite;

/// <summary>The embedded store in a folder of its own.</summary>
internal sealed class SqliteUsageBench : IUsageBench, IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
    private readonly JournaledLedger _ledger;

    private SqliteUsageBench()
    {
        File = SqliteFile.Open(Path.Combine(_folder, "latchkey.db"));
        _ledger = new JournaledLedger(new JournalFolder(_folder), File, NullLogger<JournaledLedger>.Instance);
        Database = new SqliteUsageDatabase(File);
    }

    public SqliteFile File { get; }

    public IUsageDatabase Database { get; }

    public IUsageLedger Ledger => _ledger;

    public static async Task<SqliteUsageBench> StartAsync()
    {
        var bench = new SqliteUsageBench();
        await bench._ledger.StartAsync(CancellationToken.None);
        return bench;
    }

    public async Task AddAsync(IReadOnlyList<UsageEntry> entries)
    {
        await Task.WhenAll(entries.Select(e => _ledger.SettleAsync(e, [])));
        await _ledger.FlushAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.StopAsync(CancellationToken.None);
        _ledger.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
