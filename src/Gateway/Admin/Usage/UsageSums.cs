namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Sums over rows. Corrections count in the money and in nothing else.</summary>
internal sealed record UsageSums
{
    private const decimal NanoDollars = 1_000_000_000m;

    public long Requests { get; init; }

    /// <summary>Those that ended with a 2xx answer, whole.</summary>
    public long Succeeded { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    /// <summary>For five minutes and for an hour together.</summary>
    public long CacheCreationInputTokens { get; init; }

    public long CacheCreation1hInputTokens { get; init; }

    public long CacheReadInputTokens { get; init; }

    public long WebSearchRequests { get; init; }

    public long CostNanoDollars { get; init; }

    /// <summary>Microseconds, of all requests together.</summary>
    public long LatencyMicroseconds { get; init; }

    /// <summary>US dollars, exact to the nano-dollar.</summary>
    public decimal CostUsd => Dollars(CostNanoDollars);

    /// <summary>Milliseconds; 0 when there were no requests.</summary>
    public double AverageLatency => Requests == 0 ? 0 : Math.Round(LatencyMicroseconds / 1000.0 / Requests, 3);

    /// <summary>1 when there were no requests.</summary>
    public double SuccessRate => Requests == 0 ? 1 : Math.Round((double)Succeeded / Requests, 4);

    public static decimal Dollars(long nanoDollars) => nanoDollars / NanoDollars;
}
