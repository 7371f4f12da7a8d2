namespace Latchkey.Claude;

/// <summary>The rates that apply to one call or iteration, in nano-dollars a token.</summary>
internal readonly record struct PriceCard(long Input, long Output, long CacheWrite5m, long CacheWrite1h, long CacheRead, bool DataResidency)
{
    public PriceCard(PriceRates rates, bool dataResidency)
        : this(rates.Input, rates.Output, rates.CacheWrite5m, rates.CacheWrite1h, rates.CacheRead, dataResidency)
    {
    }

    public PriceCard OrDearer(in PriceCard other) => new(
        Math.Max(Input, other.Input),
        Math.Max(Output, other.Output),
        Math.Max(CacheWrite5m, other.CacheWrite5m),
        Math.Max(CacheWrite1h, other.CacheWrite1h),
        Math.Max(CacheRead, other.CacheRead),
        DataResidency || other.DataResidency);
}
