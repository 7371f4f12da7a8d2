using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Memory;
using Latchkey.Gateway.Storage.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Latchkey.Gateway.Tests.Storage.Redis;

public sealed class RedisRoomTests(RedisServer server) : IClassFixture<RedisServer>
{
    [Fact]
    public async Task the_keeper_connects_and_limits_are_shared()
    {
        await using var services = new ServiceCollection().AddLogging().AddSharedCounters(server.Url).BuildServiceProvider();
        var counters = services.GetRequiredService<ICounters>();
        counters.Health.Shared.Should().BeFalse("nobody has connected yet");
        var keeper = services.GetServices<IHostedService>().Should().ContainSingle().Subject;

        await keeper.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(counters.Health.Shared), "the keeper should connect");
        await counters.GrantedAsync(Claims.Requests(1));
        await keeper.StopAsync(CancellationToken.None);

        ((long)await server.SendAsync("EXISTS", "{latchkey}:w:requests")).Should().Be(1);
    }

    [Fact]
    public void an_address_that_cannot_be_read_stops_the_start()
    {
        var add = () => new ServiceCollection().AddSharedCounters("mysql://cache.example");

        add.Should().Throw<FormatException>().WithMessage("REDIS_URL has an unknown scheme*");
    }

    [Fact]
    public void without_redis_the_counters_are_in_memory()
    {
        using var services = new ServiceCollection().AddMemoryCounters().BuildServiceProvider();

        services.GetRequiredService<ICounters>().Should().BeOfType<MemoryCounters>().Which.Health.IsOk.Should().BeTrue();
    }
}
