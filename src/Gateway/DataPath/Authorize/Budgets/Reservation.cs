using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>
/// The money of one call, from its admission to its end: what is held of it follows what its answer says. For one call at a time;
/// the book behind it is shared.
/// </summary>
/// <param name="book">Where the money is.</param>
/// <param name="hold">What is held of it.</param>
/// <param name="cost">What the call can cost; null where nobody has set a budget.</param>
internal sealed class Reservation(BudgetBook book, BudgetHold hold, CallCost? cost)
{
    /// <summary>Bytes of delivered text that a token is held for: half of what English takes, so that no text outruns its money.</summary>
    private const int BytesPerToken = 2;

    private bool _begun;

    /// <summary>Nothing is held, and nothing has to be watched.</summary>
    public static Reservation Nothing(BudgetBook book) => new(book, BudgetHold.Nothing, null);

    /// <summary>The most input tokens that money is held for; null where no budget asked.</summary>
    public long? InputTokens => cost?.InputTokens;

    /// <summary>Whether the answer has still to be asked what its input was.</summary>
    public bool AwaitsBeginning => cost is not null && !_begun;

    /// <summary>The answer has begun, and says what its input was: too much is given back, too little taken if it is there.</summary>
    public void BeganWith(Usage usage, string? model)
    {
        _begun = true;
        cost!.BeganWith(usage, model);
        book.TryResize(hold, cost.Amounts());
    }

    /// <summary>Whether the money covers the answer so far and a little more. False: it must end here.</summary>
    /// <param name="contentBytes">Bytes of the answer's content that were delivered.</param>
    /// <param name="thinkingTokens">Tokens of thinking that were only told of.</param>
    public bool Covers(long contentBytes, long thinkingTokens)
    {
        if (cost is null || !hold.Grows)
        {
            return true;
        }

        var output = ((contentBytes + BytesPerToken - 1) / BytesPerToken) + thinkingTokens;
        if (!cost.NeedsMore(output))
        {
            return true;
        }

        // Money may come back while what is held lasts; it is asked for again with each piece.
        var (more, amounts) = cost.WithMore(output);
        if (book.TryResize(hold, amounts))
        {
            cost.Holds(more);
            return true;
        }

        return !cost.IsUsedUp(output);
    }

    /// <summary>The call is over: what was held is given back and the row is posted, then handed over; see <see cref="BudgetBook.Settle"/>.</summary>
    public Task Settle(in SpentRow row, Func<IReadOnlyList<BudgetThreshold>, Task> handOver) => book.Settle(hold, row, handOver);

    /// <summary>The call wasn't made.</summary>
    public void Release() => book.Release(hold);
}
