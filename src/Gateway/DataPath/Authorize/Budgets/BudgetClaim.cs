namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>What a call wants of a budget's account.</summary>
/// <param name="Account">Whose money.</param>
/// <param name="Limit">Nano-dollars; the budget's, or of a token's own cap the token's.</param>
internal readonly record struct BudgetClaim(BudgetAccount Account, long Limit);

/// <summary>What a call may cost, in nano-dollars, as each mode reserves it.</summary>
/// <param name="Full">The most that it can cost.</param>
/// <param name="Begun">Its input and a slice of its output.</param>
internal readonly record struct BudgetAmounts(long Full, long Begun)
{
    public long Of(BudgetMode mode) => mode switch
    {
        BudgetMode.Strict => Full,
        BudgetMode.Rolling => Begun,
        _ => 0,
    };
}

/// <summary>What the book says to a call.</summary>
internal abstract record BudgetAnswer
{
    private BudgetAnswer()
    {
    }

    /// <summary>Everything is held.</summary>
    public sealed record Held(BudgetHold Hold) : BudgetAnswer;

    /// <summary>Nothing is held: an account of the claims was forgotten meanwhile, or its budget changed. Claim again.</summary>
    public sealed record Stale : BudgetAnswer;

    /// <summary>Nothing is held: this account hasn't so much left.</summary>
    /// <param name="Account">Of all that refuse, the one that resets last.</param>
    /// <param name="Figures">How it stands.</param>
    /// <param name="Wanted">Nano-dollars that didn't fit.</param>
    public sealed record Refused(BudgetAccount Account, BudgetFigures Figures, long Wanted) : BudgetAnswer;
}

/// <summary>An account has passed a share of its limit.</summary>
/// <param name="Account">Which.</param>
/// <param name="Window">The beginning of its window.</param>
/// <param name="Percent">50, 75, 90 or 100.</param>
/// <param name="Figures">How it stands since.</param>
internal sealed record BudgetThreshold(BudgetAccount Account, DateTimeOffset Window, int Percent, BudgetFigures Figures);
