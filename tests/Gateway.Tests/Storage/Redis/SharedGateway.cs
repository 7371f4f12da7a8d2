using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Memory;
using Latchkey.Gateway.Storage.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Storage.Redis;

/// <summary>One of several gateways. Its clock stands still, and so do its bounds and pauses, unless the test moves it; Redis keeps real time.</summary>
internal sealed class SharedGateway : IAsyncDisposable
{
    private readonly RedisLink _link;

    private SharedGateway(string url)
    {
        var options = RedisUrl.Parse(url);
        options.AsyncTimeout = 20_000; // A busy machine is no outage.
        _link = new RedisLink(options);
        Own = new MemoryCounters(Clock);
        Counters = new SharedCounters(Own, _link, Timing, Clock, NullLogger<SharedCounters>.Instance);
    }

    public FakeTimeProvider Clock { get; } = new();

    public SharedCountersTiming Timing { get; } = new();

    public MemoryCounters Own { get; }

    public SharedCounters Counters { get; }

    public static async Task<SharedGateway> StartAsync(string url)
    {
        var gateway = new SharedGateway(url);
        await gateway.RecoverAsync();
        return gateway;
    }

    public static SharedGateway NotConnected(string url) => new(url);

    /// <summary>Looks after Redis, as the keeper does, until it answers again.</summary>
    public Task RecoverAsync() => Eventually.TrueAsync(
        async () =>
        {
            Clock.Advance(Timing.LongestPause);
            await Counters.TendAsync();
            return Counters.Health.Shared;
        },
        "Redis should be found again");

    /// <summary>Takes while Redis doesn't answer: the bound passes, and the gateway answers.</summary>
    public async Task<CounterAnswer> TakePastTheBoundAsync(CounterClaim claim)
    {
        var take = Counters.TakeAsync(claim, CancellationToken.None);
        take.IsCompleted.Should().BeFalse("Redis is asked and doesn't answer");
        Clock.Advance(Timing.Bound);
        return await take;
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
