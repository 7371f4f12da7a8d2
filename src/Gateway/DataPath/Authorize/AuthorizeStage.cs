using System.Runtime.CompilerServices;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>3 Authorize: may they, is there room under their limits, and is the money there?</summary>
internal sealed class AuthorizeStage(ModelAllowlist models, TenantPolicy tenants, RateLimits limits, ICounters counters, SpendingPolicy spending)
{
    // Callers are cached with their list, so a token's list is parsed once, not once a request.
    private readonly ConditionalWeakTable<IReadOnlyList<string>, TokenModels> _tokenModels = [];

    /// <summary>
    /// Policy first, then limits, then money: a request that may never pass takes nothing from its caller's limits, and one that the
    /// limits refuse has no tokens counted for its budgets.
    /// </summary>
    public async ValueTask<Verdict> DecideAsync(HttpContext http, Caller caller, AcceptedRequest request)
    {
        var cancellation = http.RequestAborted;
        if (request.Peeked is { } body && DeniedModel(caller, body) is { } denial)
        {
            return new Verdict.Refused(denial, CallerStanding.None);
        }

        if (await tenants.CheckAsync(caller, request, cancellation) is { } crossing)
        {
            return new Verdict.Refused(crossing, CallerStanding.None);
        }

        var plan = limits.Plan(new RateLimitSubject(
            request.Id,
            caller.DeviceId,
            request.Address,
            LimitsOf(request.Route),
            caller.RateLimit,
            RateLimits.EstimateInputTokens(request.Body?.Length ?? 0)));
        switch (limits.Read(plan, await counters.TakeAsync(plan.Claim, cancellation)))
        {
            case RateLimitVerdict.Within within:
                return await PayAsync(http, caller, request, plan, within);
            case RateLimitVerdict.Reached reached:
                return new Verdict.Refused(Refusal.RateLimited(reached.Reason, reached.RetryAfter), new CallerStanding(reached.Standing, BudgetStanding.None));
            default:
                throw new InvalidOperationException("Unknown verdict of the limits.");
        }
    }

    /// <summary>Holds the money; without it, what was taken from the limits is given back.</summary>
    private async ValueTask<Verdict> PayAsync(HttpContext http, Caller caller, AcceptedRequest request, RateLimitPlan plan, RateLimitVerdict.Within within)
    {
        BudgetVerdict? verdict = null;
        try
        {
            verdict = await spending.ReserveAsync(caller, request, http.Request.Headers, http.RequestAborted);
        }
        finally
        {
            if (verdict is not BudgetVerdict.Held)
            {
                await counters.SettleAsync(within.Ticket, plan.Truth(0, 0));
            }
        }

        var standing = new CallerStanding(within.Standing, verdict.Standing);
        return verdict switch
        {
            BudgetVerdict.Held held => new Verdict.Allowed(new Permit(caller, plan, within.Ticket, standing, counters, held.Reservation)),
            BudgetVerdict.Refused refused => new Verdict.Refused(refused.Refusal, standing),
            _ => throw new InvalidOperationException("Unknown verdict of the budgets."),
        };
    }

    /// <summary>Every model that the request can bill counts, against both lists: the server's of today and the token's.</summary>
    private Refusal? DeniedModel(Caller caller, PeekedBody body)
    {
        if (_tokenModels.GetValue(caller.Models, TokenModels.Parse).List is not { } ofToken)
        {
            return Refusal.Policy("The wrapper token allows no model. Get a new one from POST /bootstrap.");
        }

        if (models.FirstDenied(body.BilledModels, ofToken) is { } model)
        {
            return Refusal.Policy(models.Explain(model, ofToken));
        }

        return body.FallbacksDefault && !(models.AllowsAnything && ofToken.AllowsAnything)
            ? Refusal.Policy(models.ExplainFallbacksDefault(ofToken))
            : null;
    }

    private static RateLimitedRoute LimitsOf(ApiRoute route) => route.Kind switch
    {
        RouteKind.CountTokens => RateLimitedRoute.CountTokens,
        _ when route.Billable => RateLimitedRoute.Billable,
        _ => RateLimitedRoute.Other,
    };

    /// <summary>A token's list, parsed; null when it allows nothing.</summary>
    private sealed record TokenModels(ModelAllowlist? List)
    {
        public static TokenModels Parse(IReadOnlyList<string> patterns) =>
            new(ModelAllowlist.TryCreate(patterns, out var list, out _) ? list : null);
    }
}
