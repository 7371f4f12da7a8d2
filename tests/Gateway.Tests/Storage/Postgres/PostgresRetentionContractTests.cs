namespace Latchkey.Gateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresRetentionContractTests(SharedPostgres postgres) : RetentionContract, IAsyncDisposable
{
    private readonly List<ShippingBench> _benches = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var bench in _benches)
        {
            await bench.DisposeAsync();
        }
    }

    private protected override async Task<IUsageBench> StartAsync()
    {
        var bench = await ShippingBench.StartAsync(await postgres.Server.CreateDatabaseAsync());
        _benches.Add(bench);
        return bench;
    }
}
