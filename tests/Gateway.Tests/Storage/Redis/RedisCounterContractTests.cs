using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Tests.Storage.Redis;

public sealed class RedisCounterContractTests(RedisServer server) : CounterContract, IClassFixture<RedisServer>, IAsyncLifetime
{
    private RedisBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await RedisBench.StartAsync(server);

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task a_slot_lapses_two_minutes_after_its_owner_was_last_heard_of()
    {
        var alive = Claims.Streams(2);
        await _bench.Counters.GrantedAsync(alive);
        await _bench.Counters.GrantedAsync(Claims.Streams(2));
        await _bench.AdvanceAsync(TimeSpan.FromSeconds(119.999));
        await _bench.Redis.RenewAsync([alive]);
        await _bench.Counters.RefusedAsync(Claims.Streams(2));

        await _bench.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        await _bench.Counters.GrantedAsync(Claims.Streams(2));
        await _bench.Counters.RefusedAsync(Claims.Streams(2));
    }

    [Fact]
    public async Task a_clock_that_goes_back_gives_neither_a_free_window_nor_an_endless_one()
    {
        await _bench.Counters.GrantedAsync(Claims.Requests(1));
        await _bench.AdvanceAsync(TimeSpan.FromHours(-1));

        var refused = await _bench.Counters.RefusedAsync(Claims.Requests(1));

        refused.RetryAfter.Should().Be(Claims.Minute);
        await _bench.AdvanceAsync(refused.RetryAfter);
        await _bench.Counters.GrantedAsync(Claims.Requests(1));
    }

    [Fact]
    public async Task keys_share_a_hash_tag_and_expire()
    {
        await _bench.Counters.GrantedAsync(Claims.Of(CounterEntry.OfWindow("w", 5, 1, Claims.Minute), CounterEntry.OfGauge("g", 1)));

        var keys = ((string[])(await server.SendAsync("KEYS", "*"))!).Except(["{latchkey}:test-clock", "{latchkey}:epoch"]).ToArray();

        keys.Should().BeEquivalentTo("{latchkey}:w:w", "{latchkey}:g:g");
        foreach (var key in keys)
        {
            ((long)await server.SendAsync("PTTL", key)).Should().BeInRange(1, 120_000);
        }
    }

    private protected override Task<ICounterBench> StartAsync() => Task.FromResult<ICounterBench>(_bench);
}
