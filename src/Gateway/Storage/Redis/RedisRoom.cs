using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Latchkey.Gateway.Storage.Redis;

internal static class RedisRoom
{
    /// <summary>Counters that gateways with the same Redis share. Starts, and serves, whether or not Redis is there.</summary>
    /// <exception cref="FormatException"><c>REDIS_URL</c> can't be read.</exception>
    public static IServiceCollection AddSharedCounters(this IServiceCollection services, string redisUrl)
    {
        var options = RedisUrl.Parse(redisUrl);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MemoryCounters>();
        services.TryAddSingleton<SharedCountersTiming>();
        services.TryAddSingleton(_ => new RedisLink(options));
        services.TryAddSingleton<SharedCounters>();
        services.TryAddSingleton<ICounters>(provider => provider.GetRequiredService<SharedCounters>());
        services.AddHostedService<SharedCountersKeeper>();
        return services;
    }
}
