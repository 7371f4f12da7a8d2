using Latchkey.Gateway.Admin.Breakers;
using Latchkey.Gateway.Admin.Budgets;
using Latchkey.Gateway.Admin.Devices;
using Latchkey.Gateway.Admin.Events;
using Latchkey.Gateway.Admin.Prices;
using Latchkey.Gateway.Admin.Reconcile;
using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Admin;

/// <summary>The room Admin: one folder a subject, each with its HTTP API.</summary>
internal static class AdminRoom
{
    /// <exception cref="SettingException">The admin key can't be one.</exception>
    public static void AddAdmin(this IServiceCollection services, string? adminKey)
    {
        services.AddExceptionHandler<ReportsAway>();
        services.TryAddSingleton<Rerating>();
        services.AddOptions<ReconcileOptions>().BindConfiguration(ReconcileOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<ReconcileOptions>, ReconcileOptionsValidator>();
        services.TryAddSingleton(AdminKey.Parse(adminKey));
        services.TryAddSingleton<ReportClient>();
        services.TryAddSingleton<BudgetKeeper>();
        services.AddHostedService(s => s.GetRequiredService<BudgetKeeper>());
    }

    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        UsageEndpoints.Map(endpoints);
        BudgetEndpoints.Map(endpoints);
        DeviceEndpoints.Map(endpoints);
        RevocationEndpoints.Map(endpoints);
        BreakerEndpoints.Map(endpoints);
        EventEndpoints.Map(endpoints);
        PriceEndpoints.Map(endpoints);
        RerateEndpoint.Map(endpoints);
        ReconcileEndpoint.Map(endpoints);
    }
}
