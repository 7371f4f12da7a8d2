namespace Latchkey.Gateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresLedgerContractTests(SharedPostgres postgres) : LedgerContract
{
    private protected override async Task<ILedgerBench> OpenAsync() => await ShippingBench.StartAsync(await postgres.Server.CreateDatabaseAsync());
}
