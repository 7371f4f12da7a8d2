using System.Numerics;

namespace Latchkey.Claude;

/// <summary>
/// Adds up one charge, exactly: amounts are kept in 10^-16 nano-dollars, since four multipliers in basis points may apply. Rounding happens
/// once, half up, on the total; a line is the total with it less the total without it, so that the lines add up and none is off by a whole one.
/// </summary>
internal sealed class PriceBill(string priceVersion, long discountedBasisPoints, long markedUpBasisPoints)
{
    /// <summary>The product of four times 10,000 basis points.</summary>
    private static readonly BigInteger One = BigInteger.Pow(PriceOverrides.Whole, 4);

    private readonly BigInteger _onEverything = (BigInteger)discountedBasisPoints * markedUpBasisPoints;
    private readonly List<ChargePart> _parts = [];
    private BigInteger _exact;
    private long _rounded;

    public ChargeQuality Quality { get; set; } = ChargeQuality.Priced;

    public void Add(int? iteration, string? model, ChargeKind kind, long quantity, long rate, long batchBasisPoints, long residencyBasisPoints)
    {
        if (quantity <= 0)
        {
            return;
        }
        _exact += (BigInteger)quantity * rate * batchBasisPoints * residencyBasisPoints * _onEverything;
        var total = (_exact + (One / 2)) / One;
        var rounded = total > long.MaxValue ? long.MaxValue : (long)total;
        _parts.Add(new ChargePart(iteration, model, kind, quantity, rate, rounded - _rounded));
        _rounded = rounded;
    }

    public Charge ToCharge() => new() { NanoDollars = _rounded, PriceVersion = priceVersion, Quality = Quality, Parts = _parts };
}
