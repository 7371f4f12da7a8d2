using System.Runtime.CompilerServices;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>3 Authorize: may they, and is there room under their limits?</summary>
internal sealed class AuthorizeStage(ModelAllowlist models, TenantPolicy tenants, RateLimits limits, ICounters counters)
{
    // Callers are cached with their list, so a token's list is parsed once, not once a request.
    private readonly ConditionalWeakTable<IReadOnlyList<string>, TokenModels> _tokenModels = [];

    /// <summary>Policy first, limits last: a request that may never pass takes nothing from its caller's limits.</summary>
    public async ValueTask<Verdict> DecideAsync(Caller caller, AcceptedRequest request, CancellationToken cancellation)
    {
        if (request.Peeked is { } body && DeniedModel(caller, body) is { } denial)
        {
            return new Verdict.Refused(denial, RateLimitStanding.None);
        }

        if (await tenants.CheckAsync(caller, request, cancellation) is { } crossing)
        {
            return new Verdict.Refused(crossing, RateLimitStanding.None);
        }

        var plan = limits.Plan(new RateLimitSubject(
            request.Id,
            caller.DeviceId,
            request.Address,
            LimitsOf(request.Route),
            caller.RateLimit,
            RateLimits.EstimateInputTokens(request.Body?.Length ?? 0)));
        return limits.Read(plan, await counters.TakeAsync(plan.Claim, cancellation)) switch
        {
            RateLimitVerdict.Within within => new Verdict.Allowed(new Permit(caller, plan, within.Ticket, within.Standing, counters)),
            RateLimitVerdict.Reached reached => new Verdict.Refused(Refusal.RateLimited(reached.Reason, reached.RetryAfter), reached.Standing),
            _ => throw new InvalidOperationException("Unknown verdict of the limits."),
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
