namespace Latchkey.Claude;

/// <summary>What one model costs, whole: an entry of <c>prices.json</c>.</summary>
public sealed record PriceModel
{
    private readonly ValueList<string> _aliases = ValueList<string>.Empty;
    private readonly ValueList<PriceTier> _longPrompts = ValueList<PriceTier>.Empty;

    /// <summary>The name as <see cref="ModelId.Normalize"/> gives it.</summary>
    public required string Id { get; init; }

    /// <summary><c>opus</c>, <c>sonnet</c> …: models that are not in the book are charged like the dearest of their family.</summary>
    public required string Family { get; init; }

    /// <summary>Further names of the model; a date or <c>[1m]</c> need not be listed, since looking up drops them.</summary>
    public IReadOnlyList<string> Aliases
    {
        get => _aliases;
        init => _aliases = ValueList<string>.From(value);
    }

    /// <summary><c>current</c>, <c>active</c>, <c>legacy</c>, <c>retired</c>; informational.</summary>
    public string? Status { get; init; }

    /// <summary>The surcharge for inference in a chosen place applies.</summary>
    public bool DataResidency { get; init; }

    public required PriceRates Standard { get; init; }

    /// <summary>Rates of an answer whose <c>speed</c> is <c>fast</c>; null: this model bills it like any other.</summary>
    public PriceRates? Fast { get; init; }

    /// <summary>Rates of longer prompts, the shortest first.</summary>
    public IReadOnlyList<PriceTier> LongPrompts
    {
        get => _longPrompts;
        init => _longPrompts = ValueList<PriceTier>.From(value);
    }

    public string? Notes { get; init; }

    /// <summary>The rates of one call or iteration.</summary>
    /// <param name="promptTokens">Uncached, written and read together.</param>
    /// <param name="fast">The answer says that its speed was <c>fast</c>.</param>
    internal PriceRates RatesFor(long promptTokens, bool fast)
    {
        if (fast && Fast is not null)
        {
            return Fast;
        }
        var rates = Standard;
        foreach (var tier in _longPrompts)
        {
            if (promptTokens > tier.AbovePromptTokens)
            {
                rates = tier.Rates;
            }
        }
        return rates;
    }
}
