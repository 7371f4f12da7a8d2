using Latchkey.Gateway.Admin.Breakers;
using Latchkey.Gateway.Admin.Budgets;
using Latchkey.Gateway.Admin.Events;
using Latchkey.Gateway.Admin.Prices;
using Latchkey.Gateway.Admin.Usage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Latchkey.Gateway.Admin;

/// <summary>The room Admin: one folder a subject, each with its HTTP API.</summary>
internal static class AdminRoom
{
    public static void AddAdmin(this IServiceCollection services)
    {
        services.TryAddSingleton<Rerating>();
        services.TryAddSingleton<BudgetKeeper>();
        services.AddHostedService(s => s.GetRequiredService<BudgetKeeper>());
    }

    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        UsageEndpoints.Map(endpoints);
        BudgetEndpoints.Map(endpoints);
        BreakerEndpoints.Map(endpoints);
        EventEndpoints.Map(endpoints);
        PriceEndpoints.Map(endpoints);
        RerateEndpoint.Map(endpoints);
    }
}
