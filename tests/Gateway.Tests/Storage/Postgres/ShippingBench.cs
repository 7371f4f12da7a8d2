using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Postgres;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Latchkey.Gateway.Tests.Storage.Redis;
using Latchkey.Gateway.Tests.Storage.Sqlite;
using Latchkey.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Latchkey.Gateway.Tests.Storage.Postgres;

/// <summary>One gateway's journal and its way to PostgreSQL, without the rest of the gateway.</summary>
internal sealed class ShippingBench : ILedgerBench, IUsageBench
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
    private readonly PostgresStore _store;
    private readonly JournaledLedger _ledger;
    private readonly Shipper _shipper;

    private ShippingBench(string url, string gatewayId, TimeProvider clock, ShippingTiming timing, Action<string>? before)
    {
        var file = SqliteFile.Open(JournalPath);
        before?.Invoke(JournalPath);
        SqliteShipments.Prepare(file, ship: true);
        using var logging = LoggerFactory.Create(b => b.AddProvider(Logs).SetMinimumLevel(LogLevel.Trace));
        _ledger = new JournaledLedger(new JournalFolder(_folder), file, logging.CreateLogger<JournaledLedger>());
        _store = new PostgresStore(PostgresUrl.Parse(url));
        Url = url;
        State = new ShippingState(timing, clock);
        Shipments = new SqliteShipments(file, _ledger.Importer, clock);
        _shipper = new Shipper(Shipments, _ledger, _store, new PostgresShipmentWriter(gatewayId), State, timing, clock, logging.CreateLogger<Shipper>());
        Database = new PostgresUsageDatabase(_shipper, _store, State);
        SpendHistory = new PostgresSpendHistory(
            gatewayId, new SqliteSpendHistory(file, _ledger, clock), Shipments, _ledger, _store, State, clock, logging.CreateLogger<PostgresSpendHistory>());
        Ownership = new PostgresOwnership(new SqliteOwnership(file, clock), _store, State, clock);
    }

    public IUsageLedger Ledger => _ledger;

    public IUsageDatabase Database { get; }

    public RecordedLogs Logs { get; } = new();

    public ShippingState State { get; }

    public SqliteShipments Shipments { get; }

    public IOwnership Ownership { get; }

    public ISpendHistory SpendHistory { get; }

    public string JournalPath => Path.Combine(_folder, "latchkey.db");

    private string Url { get; }

    /// <param name="url">The store.</param>
    /// <param name="gatewayId">Which gateway this is.</param>
    /// <param name="clock">A clock of the test's own.</param>
    /// <param name="timing">How rows travel.</param>
    /// <param name="before">What is done to the journal before it begins to note what is to be shipped.</param>
    public static async Task<ShippingBench> StartAsync(
        string url, string gatewayId = "gateway-1", TimeProvider? clock = null, ShippingTiming? timing = null, Action<string>? before = null)
    {
        var bench = new ShippingBench(url, gatewayId, clock ?? TimeProvider.System, timing ?? new ShippingTiming(), before);
        await bench._ledger.StartAsync(CancellationToken.None);
        await bench._shipper.StartAsync(CancellationToken.None);
        return bench;
    }

    public async Task<IReadOnlyList<string>> ReadAsync(string sql)
    {
        await ArrivedAsync();
        return await PostgresServer.ReadAsync(Url, sql);
    }

    /// <summary>Rows of the journal, whether they have arrived or not.</summary>
    public IReadOnlyList<string> ReadJournal(string sql) => SqliteRows.Read(JournalPath, sql);

    public Task<bool> CatchUpAsync() => _shipper.CatchUpAsync(CancellationToken.None);

    /// <summary>Noted in the database as to be shipped: whoever asks waits for the rest.</summary>
    public async Task AddAsync(IReadOnlyList<UsageEntry> entries)
    {
        await Task.WhenAll(entries.Select(e => _ledger.SettleAsync(e, [])));
        await _ledger.FlushAsync(CancellationToken.None);
    }

    /// <summary>Waits until nothing waits.</summary>
    public async Task ArrivedAsync()
    {
        await _ledger.FlushAsync(CancellationToken.None);
        await Eventually.TrueAsync(async () => await CatchUpAsync() && Shipments.Waiting(1).Count == 0, "everything should arrive in PostgreSQL");
    }

    public async ValueTask DisposeAsync()
    {
        await _shipper.StopAsync(CancellationToken.None);
        await _ledger.StopAsync(CancellationToken.None);
        _shipper.Dispose();
        _ledger.Dispose();
        await _store.DisposeAsync();
        Logs.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
