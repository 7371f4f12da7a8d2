namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>How a budget's account stands; nano-dollars.</summary>
/// <param name="Limit">What may be spent.</param>
/// <param name="Spent">What is settled.</param>
/// <param name="Reserved">What calls under way hold.</param>
/// <param name="ResetsAt">When spent money stops counting (of a rolling period: the first of it); null when it never does.</param>
internal readonly record struct BudgetFigures(long Limit, long Spent, long Reserved, DateTimeOffset? ResetsAt)
{
    /// <summary>What a call can still reserve; never negative.</summary>
    public long Left => Math.Max(0, Limit - Spent - Reserved);

    /// <summary>Share of the limit that is spent; 1 is all of it.</summary>
    public decimal Utilization => (decimal)Spent / Limit;
}
