namespace Latchkey.Claude;

/// <summary>The tokens that are billed, of a call or of one of its iterations; none is negative.</summary>
internal readonly record struct PriceTokens(long Input, long Output, long Written5m, long Written1h, long Read)
{
    /// <summary>What decides the length tier.</summary>
    public long Prompt => Sum(Sum(Input, Read), Sum(Written5m, Written1h));

    public static PriceTokens operator +(in PriceTokens a, in PriceTokens b) => new(
        Sum(a.Input, b.Input),
        Sum(a.Output, b.Output),
        Sum(a.Written5m, b.Written5m),
        Sum(a.Written1h, b.Written1h),
        Sum(a.Read, b.Read));

    public static PriceTokens Of(Usage usage) => Of(
        usage.InputTokens,
        usage.OutputTokens,
        usage.CacheCreationInputTokens,
        usage.CacheCreation5mInputTokens,
        usage.CacheCreation1hInputTokens,
        usage.CacheReadInputTokens);

    public static PriceTokens Of(UsageIteration entry) => Of(
        entry.InputTokens,
        entry.OutputTokens,
        entry.CacheCreationInputTokens,
        entry.CacheCreation5mInputTokens,
        entry.CacheCreation1hInputTokens,
        entry.CacheReadInputTokens);

    /// <summary>The readers have settled the split already; usage from elsewhere may have the total or the split alone.</summary>
    private static PriceTokens Of(long input, long output, long written, long fiveMinutes, long hour, long read)
    {
        var (split5m, split1h) = (Math.Max(0, fiveMinutes), Math.Max(0, hour));
        var total = written > 0 ? written : Sum(split5m, split1h);
        var written1h = Math.Min(split1h, total);
        return new PriceTokens(Math.Max(0, input), Math.Max(0, output), total - written1h, written1h, Math.Max(0, read));
    }

    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
