using Latchkey.Gateway.Admin.Breakers;
using Latchkey.Gateway.Admin.Usage;

namespace Latchkey.Gateway.Admin;

/// <summary>The room Admin: one folder a subject, each with its HTTP API.</summary>
internal static class AdminRoom
{
    public static void AddAdmin(this IServiceCollection services) => services.AddExceptionHandler<ReportsAway>();

    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        UsageEndpoints.Map(endpoints);
        BreakerEndpoints.Map(endpoints);
    }
}
