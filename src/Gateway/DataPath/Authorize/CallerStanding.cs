using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>The caller's own figures, for the answer's headers: against its limits and against its budgets.</summary>
internal sealed record CallerStanding(RateLimitStanding Limits, BudgetStanding Budget)
{
    public static CallerStanding None { get; } = new(RateLimitStanding.None, BudgetStanding.None);

    /// <summary>Names and values of the response's headers.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers() => Limits.Headers().Concat(Budget.Headers());
}
