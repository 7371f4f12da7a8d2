namespace Latchkey.Claude;

/// <summary>How far a charge can be trusted.</summary>
public enum ChargeQuality
{
    /// <summary>Every model was in the book.</summary>
    Priced,

    /// <summary>A model was not: it was charged at the dearest rates of its family, or of the whole book when its family is unknown.</summary>
    Unpriced,
}

/// <summary>What a part of a charge is for.</summary>
public enum ChargeKind
{
    Input,
    Output,
    CacheWrite5m,
    CacheWrite1h,
    CacheRead,
    WebSearch,
}

/// <summary>One line of a charge: so many of a kind at a rate.</summary>
/// <param name="Iteration">Index in <see cref="Usage.Iterations"/> if the bill is made from them; null: from the counters of the whole call.</param>
/// <param name="Model">The model as the answer or the request names it; null if neither does.</param>
/// <param name="Kind">What was used.</param>
/// <param name="Quantity">Tokens or requests, above 0.</param>
/// <param name="Rate">Nano-dollars for one, as the book has it: before batch, data residency, discount and mark-up.</param>
/// <param name="NanoDollars">The line's share of the total, after all of them. The lines add up to the total exactly.</param>
public sealed record ChargePart(int? Iteration, string? Model, ChargeKind Kind, long Quantity, long Rate, long NanoDollars);

/// <summary>What a call costs, made by <see cref="PriceBook"/>. Equal by value.</summary>
public sealed record Charge
{
    private readonly ValueList<ChargePart> _parts = ValueList<ChargePart>.Empty;

    /// <summary>The total in nano-dollars (10^-9 USD), never negative; <see cref="long.MaxValue"/> if it is more than that.</summary>
    public required long NanoDollars { get; init; }

    /// <summary><see cref="PriceBook.PriceVersion"/> of the book that made it.</summary>
    public required string PriceVersion { get; init; }

    public required ChargeQuality Quality { get; init; }

    /// <summary>What the total is made of; kinds of which nothing was used are left out.</summary>
    public IReadOnlyList<ChargePart> Parts
    {
        get => _parts;
        init => _parts = ValueList<ChargePart>.From(value);
    }
}
