namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>What the limits say to a request.</summary>
internal abstract record RateLimitVerdict
{
    private RateLimitVerdict(RateLimitStanding standing) => Standing = standing;

    public RateLimitStanding Standing { get; }

    /// <summary>The ticket must be settled once, with <see cref="RateLimitPlan.Truth"/>.</summary>
    public sealed record Within(CounterTicket Ticket, RateLimitStanding Standing) : RateLimitVerdict(Standing);

    /// <param name="Kind">The limit that was reached: of several, the one that keeps the caller waiting longest.</param>
    /// <param name="Reason">A sentence for the caller.</param>
    /// <param name="RetryAfter">Whole seconds, 1 or more: the <c>retry-after</c> header.</param>
    /// <param name="Standing">The caller's figures, for the same answer.</param>
    public sealed record Reached(RateLimitKind Kind, string Reason, TimeSpan RetryAfter, RateLimitStanding Standing)
        : RateLimitVerdict(Standing);
}
