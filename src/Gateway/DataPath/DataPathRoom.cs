using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.DataPath.Forward.KeyPool;
using Latchkey.Gateway.DataPath.Measure;
using Latchkey.Gateway.DataPath.Settle;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath;

/// <summary>The data path: registers its six stages, in travel order, and the one endpoint that runs them.</summary>
internal static class DataPathRoom
{
    public static void AddDataPath(this IServiceCollection services)
    {
        services.TryAddSingleton<Exchange>();

        // 1 Accept
        services.AddOptions<AcceptOptions>().BindConfiguration(AcceptOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<AcceptOptions>, AcceptOptionsValidator>();
        services.TryAddSingleton<RoutePolicy>();
        services.TryAddSingleton<AcceptStage>();

        // 2 Authenticate
        services.TryAddSingleton<WrapperTokenVerifier>();
        services.TryAddSingleton<RunningExchanges>();
        services.TryAddSingleton<AuthenticateStage>();

        // 3 Authorize
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>();
        services.TryAddSingleton<RateLimits>();
        services.TryAddSingleton<TenantPolicy>();
        services.AddOptions<BudgetOptions>().BindConfiguration(BudgetOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<BudgetOptions>, BudgetOptionsValidator>();
        services.TryAddSingleton<BudgetBook>();
        services.TryAddSingleton<SpendingPolicy>();
        services.TryAddSingleton<AuthorizeStage>();

        // 4 Forward
        services.AddOptions<ForwardOptions>().BindConfiguration(ForwardOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<ForwardOptions>, ForwardOptionsValidator>();
        services.AddOptions<BreakerOptions>().BindConfiguration(BreakerOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<BreakerOptions>, BreakerOptionsValidator>();
        services.AddOptions<AbortOptions>().BindConfiguration(AbortOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<AbortOptions>, AbortOptionsValidator>();
        services.TryAddSingleton<Drains>();
        services.TryAddSingleton<UpstreamClient>();
        services.TryAddSingleton<UpstreamKeyPool>();
        services.TryAddSingleton<Breakers>();
        services.TryAddSingleton<ITokenCount, UpstreamTokenCount>();
        services.TryAddSingleton<ForwardStage>();

        // 5 Measure
        services.TryAddSingleton<MeasureStage>();

        // 6 Settle
        services.TryAddSingleton<UsageRow>();
        services.TryAddSingleton<ExchangeMetrics>();
        services.TryAddSingleton<SettleStage>();
    }

    /// <summary>Everything below <c>/v1</c>: the exchange itself refuses what isn't in its table, and who has no wrapper token, so
    /// that the framework's own checks are passed by.</summary>
    public static void MapDataPath(this IEndpointRouteBuilder endpoints)
    {
        var exchange = endpoints.ServiceProvider.GetRequiredService<Exchange>();
        endpoints.Map("/v1/{**call}", exchange.RunAsync).AllowAnonymous().WithMetadata(new AuthenticatedByExchange()).ShortCircuit();
    }

    /// <summary>Marks an endpoint whose caller is identified by <see cref="AuthenticateStage"/> instead of the framework.</summary>
    internal sealed class AuthenticatedByExchange;
}
