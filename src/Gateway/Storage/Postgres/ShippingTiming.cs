namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>How rows travel to PostgreSQL, and how long it is left alone when it doesn't answer. Not configurable: tests set it.</summary>
internal sealed record ShippingTiming
{
    /// <summary>How many rows one transaction takes at most.</summary>
    public int Batch { get; init; } = 500;

    /// <summary>How often what waits is looked for.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often PostgreSQL is asked who it is while nothing waits.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause after a failure is a random part of this; of twice as much after each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a transaction that lost against another gateway's is tried again at once.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>How much of what was shipped last is sent again after PostgreSQL was away: a replica that took over may not have had it.</summary>
    public TimeSpan Again { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a row may wait before operators are told.</summary>
    public TimeSpan Late { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a report waits for what was settled before it.</summary>
    public TimeSpan CatchUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it is asked what other gateways have spent from the budgets in use here.</summary>
    public TimeSpan Others { get; init; } = TimeSpan.FromSeconds(5);
}
