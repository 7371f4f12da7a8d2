namespace Latchkey.Gateway.DataPath.Forward.Breaker;

internal enum BreakerScope
{
    Model,
    Host,
}

/// <summary>The answer to "may this call go to that upstream?".</summary>
internal abstract record BreakerEntry
{
    private BreakerEntry() { }

    /// <summary>It may. The ticket must be completed or disposed.</summary>
    public sealed record Allowed(BreakerTicket Ticket) : BreakerEntry;

    /// <summary>It may not, and there is no use in asking again before <paramref name="RetryAfter"/>, which is above zero.</summary>
    public sealed record Refused(TimeSpan RetryAfter, BreakerScope Which) : BreakerEntry;
}
