namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>What the counters say to a claim, with one figure for each of its entries.</summary>
internal abstract record CounterAnswer
{
    private CounterAnswer(IReadOnlyList<CounterFigure> figures) => Figures = figures;

    /// <summary>After the take when it was granted, as they stand when it was refused.</summary>
    public IReadOnlyList<CounterFigure> Figures { get; }

    /// <summary>Everything is taken: the ticket must be settled once.</summary>
    public sealed record Granted(CounterTicket Ticket, IReadOnlyList<CounterFigure> Figures) : CounterAnswer(Figures);

    /// <summary>Nothing is taken. <paramref name="By"/> is the place, in the claim, of the entry that keeps the caller waiting longest.</summary>
    public sealed record Refused(int By, IReadOnlyList<CounterFigure> Figures) : CounterAnswer(Figures)
    {
        public TimeSpan RetryAfter => Figures[By].RetryAfter;
    }
}

/// <summary>How one entry stands.</summary>
/// <param name="Limit">As claimed.</param>
/// <param name="Remaining">What is left now; never negative.</param>
/// <param name="ResetAfter">Until the whole limit is free again, if nobody takes from it; zero when it is.</param>
/// <param name="RetryAfter">Until the claimed cost fits, if nobody else takes; zero when it fits. Exact for a window.</param>
internal readonly record struct CounterFigure(long Limit, long Remaining, TimeSpan ResetAfter, TimeSpan RetryAfter);
