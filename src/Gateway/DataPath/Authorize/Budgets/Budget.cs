using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Authenticate;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>Whose money a budget holds.</summary>
internal enum BudgetScope
{
    Everything,
    Organization,
    User,
    Device,
    Model,
}

/// <summary>When what was spent stops counting.</summary>
internal enum BudgetPeriod
{
    Day,

    /// <summary>From Monday on (ISO 8601).</summary>
    Week,
    Month,

    /// <summary>Never.</summary>
    Total,

    /// <summary>An hour at a time, <see cref="Budget.RollingHours"/> after it was spent.</summary>
    Rolling,
}

/// <summary>How a budget is held.</summary>
internal enum BudgetMode
{
    /// <summary>The most that a call can cost is reserved: no order of events spends more than the limit.</summary>
    Strict,

    /// <summary>The input and a slice of output are reserved, and more while the answer runs: a slice for each open answer can be overspent.</summary>
    Rolling,

    /// <summary>Nothing is refused; thresholds are told.</summary>
    Soft,
}

/// <summary>How much may be spent by whom, on what, in which time. Immutable.</summary>
internal sealed record Budget
{
    /// <summary>The longest rolling period: a month of 31 days.</summary>
    public const int MaxRollingHours = 744;

    /// <summary>The largest limit in nano-dollars: a billion dollars.</summary>
    public const long MaxLimit = 1_000_000_000_000_000_000;

    public required string Id { get; init; }

    /// <summary>For people; shown to whoever is refused.</summary>
    public required string Name { get; init; }

    public required BudgetScope Scope { get; init; }

    /// <summary>Ids of the scope's kind (of models: ids, aliases or <c>*</c> suffix patterns); empty means all of them.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Each member has the limit for itself; otherwise they share one pool.</summary>
    public bool PerHead { get; init; }

    /// <summary>Counts only what these models cost: ids, aliases or <c>*</c> suffix patterns; empty means all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Nano-dollars (10⁻⁹ US dollars) a period, 1 to <see cref="MaxLimit"/>.</summary>
    public required long LimitNanoDollars { get; init; }

    public required BudgetPeriod Period { get; init; }

    /// <summary>Length of a rolling period in hours, 1 to <see cref="MaxRollingHours"/>; 0 for the others.</summary>
    public int RollingHours { get; init; }

    /// <summary>Where days, weeks and months begin.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    public required BudgetMode Mode { get; init; }

    /// <summary>The part of the budget that this spender draws on: empty for a shared pool, the spender's own id otherwise. Null: none of it.</summary>
    /// <param name="spender">Who spends.</param>
    /// <param name="model">On what, by the price book's id.</param>
    public string? HeadOf(in Spender spender, string model)
    {
        if (Models.Count > 0 && !Covers(Models, model))
        {
            return null;
        }

        var member = Scope switch
        {
            BudgetScope.Everything => "",
            BudgetScope.Organization => spender.OrgId,
            BudgetScope.User => spender.UserId,
            BudgetScope.Device => spender.DeviceId,
            BudgetScope.Model => model,
            _ => throw new InvalidOperationException($"Unknown scope {Scope}."),
        };
        if (string.IsNullOrEmpty(member))
        {
            // Who has no organisation isn't in any; everybody is in everything.
            return Scope is BudgetScope.Everything ? "" : null;
        }

        var belongs = Members.Count == 0 || (Scope is BudgetScope.Model ? Covers(Members, member) : Members.Contains(member, StringComparer.Ordinal));
        return !belongs ? null : PerHead ? member : "";
    }

    private static bool Covers(IReadOnlyList<string> patterns, string model)
    {
        foreach (var pattern in patterns)
        {
            if (ModelId.Matches(pattern, model))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Who spends; null where the token says nothing.</summary>
internal readonly record struct Spender(string DeviceId, string? UserId, string? OrgId)
{
    public static Spender Of(Caller caller) => new(caller.DeviceId, caller.UserId, caller.OrgId);
}
