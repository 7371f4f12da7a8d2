namespace Latchkey.Claude;

/// <summary>Rates for the whole of a call, or of an iteration, whose prompt is long.</summary>
public sealed record PriceTier
{
    /// <summary>The tier begins above this many prompt tokens: uncached, written and read together.</summary>
    public required long AbovePromptTokens { get; init; }

    public required PriceRates Rates { get; init; }
}
