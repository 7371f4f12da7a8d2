using CsCheck;

namespace Latchkey.Gateway.Tests.Storage.Redis;

public sealed class RedisCountersTests(RedisServer server) : IClassFixture<RedisServer>
{
    [Fact]
    public async Task any_sequence_of_steps_agrees_with_plain_arithmetic()
    {
        await using var bench = await RedisBench.StartAsync(server);
        var sequence = 0;

        // One clock for all sequences: one after the other, each on its own key.
        await CounterSteps.Any.SampleAsync(plan => CounterSteps.HoldAsync(bench, plan, $"any-{sequence++}"), iter: 150, threads: 1);
    }

    [Fact]
    public async Task scripts_that_the_server_has_forgotten_are_sent_again()
    {
        await using var bench = await RedisBench.StartAsync(server);
        await bench.Counters.GrantedAsync(Claims.Requests(2));
        await server.SendAsync("SCRIPT", "FLUSH");

        await bench.Counters.GrantedAsync(Claims.Requests(2));

        await bench.Counters.RefusedAsync(Claims.Requests(2));
    }

    [Fact]
    public async Task a_flush_is_noticed_once()
    {
        await using var bench = await RedisBench.StartAsync(server);
        await bench.Counters.GrantedAsync(Claims.Requests(2));
        await bench.Redis.ProbeAsync();
        bench.Redis.Losses.Should().Be(0);
        await server.SendAsync("FLUSHALL");
        await bench.AdvanceAsync(TimeSpan.Zero);

        await bench.Counters.GrantedAsync(Claims.Requests(2));
        await bench.Redis.ProbeAsync();

        bench.Redis.Losses.Should().Be(1);
    }
}
