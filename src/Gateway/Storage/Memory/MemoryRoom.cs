using Latchkey.Gateway.DataPath.Authorize;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Latchkey.Gateway.Storage.Memory;

internal static class MemoryRoom
{
    /// <summary>Counters of this gateway alone: what it has without <c>REDIS_URL</c>.</summary>
    public static IServiceCollection AddMemoryCounters(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MemoryCounters>();
        services.TryAddSingleton<ICounters>(provider => provider.GetRequiredService<MemoryCounters>());
        return services;
    }
}
