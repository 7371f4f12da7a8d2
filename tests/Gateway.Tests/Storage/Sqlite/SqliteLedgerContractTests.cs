namespace Latchkey.Gateway.Tests.Storage.Sqlite;

public sealed class SqliteLedgerContractTests : LedgerContract
{
    private protected override async Task<ILedgerBench> OpenAsync() => await SqliteBench.StartAsync();
}
