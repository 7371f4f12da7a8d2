using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>Is the money there?</summary>
internal abstract record BudgetVerdict
{
    private BudgetVerdict(BudgetStanding standing) => Standing = standing;

    /// <summary>The caller's own.</summary>
    public BudgetStanding Standing { get; }

    /// <summary>It is held; the hold must be settled once.</summary>
    public sealed record Held(Reservation Reservation, BudgetStanding Standing) : BudgetVerdict(Standing);

    /// <summary>It isn't.</summary>
    public sealed record Refused(Refusal Refusal, BudgetStanding Standing) : BudgetVerdict(Standing);
}
