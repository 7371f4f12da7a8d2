namespace Latchkey.Gateway.Tests.Storage.Sqlite;

public sealed class SqliteRetentionContractTests : RetentionContract, IAsyncDisposable
{
    private readonly List<SqliteUsageBench> _benches = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var bench in _benches)
        {
            await bench.DisposeAsync();
        }
    }

    private protected override async Task<IUsageBench> StartAsync()
    {
        var bench = await SqliteUsageBench.StartAsync();
        _benches.Add(bench);
        return bench;
    }
}
