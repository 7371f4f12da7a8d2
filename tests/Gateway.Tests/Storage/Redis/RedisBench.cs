using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Redis;
using StackExchange.Redis;

namespace Latchkey.Gateway.Tests.Storage.Redis;

/// <summary>The scripts alone, on a clock that is a key of the server.</summary>
internal sealed class RedisBench : ICounterBench, ICounters, IAsyncDisposable
{
    private const string Clock = "local now = tonumber(redis.call('GET', '{latchkey}:test-clock'))";
    private readonly ConnectionMultiplexer _connection;
    private long _now = 1_700_000_000_000;

    private RedisBench(ConnectionMultiplexer connection)
    {
        _connection = connection;
        Redis = new RedisCounters(connection.GetDatabase(), Clock);
    }

    public RedisCounters Redis { get; }

    public ICounters Counters => this;

    public CounterHealth Health => throw new NotSupportedException();

    public static async Task<RedisBench> StartAsync(RedisServer server)
    {
        var options = RedisUrl.Parse(server.Url);
        options.AsyncTimeout = 20_000; // A busy machine is no outage.
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await server.SendAsync("FLUSHALL");
        var bench = new RedisBench(connection);
        await bench.AdvanceAsync(TimeSpan.Zero);
        return bench;
    }

    public async ValueTask<CounterAnswer> TakeAsync(CounterClaim claim, CancellationToken cancellationToken) => await Redis.TakeAsync(claim);

    public async ValueTask SettleAsync(CounterTicket ticket, ReadOnlyMemory<long> actual)
    {
        if (ticket.TryClose())
        {
            await Redis.SettleAsync(ticket, actual);
        }
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        _now += (long)by.TotalMilliseconds;
        await _connection.GetDatabase().StringSetAsync("{latchkey}:test-clock", _now);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
