using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>Decides what corrects a row whose price was wrong: a further row, never a change of the one that exists.</summary>
internal static class UsageCorrection
{
    private const string KindPrefix = "rerated:";

    /// <summary>The kind of a row that corrects another to the prices of this version.</summary>
    public static string KindOf(string priceVersion) => KindPrefix + priceVersion;

    /// <summary>
    /// The row that makes the exchange cost what this book says: no tokens, the difference as its cost, at the time and under the names of the
    /// one that it corrects, so that every sum follows. Null when nothing is to be corrected.
    /// </summary>
    /// <param name="settled">The exchange's settled row.</param>
    /// <param name="costSoFar">Its cost with all corrections so far, in nano-dollars.</param>
    /// <param name="unpricedSoFar">Whether the last of its rows says that its price is a guess.</param>
    /// <param name="corrections">How many corrections it has.</param>
    /// <param name="correctedToThis">One of them is of this version already; prices went back and forth since.</param>
    /// <param name="book">The prices that hold.</param>
    public static UsageEntry? Of(UsageEntry settled, long costSoFar, bool unpricedSoFar, int corrections, bool correctedToThis, PriceBook book)
    {
        var charge = ChargeOf(settled, book);
        var cost = charge?.NanoDollars ?? 0;
        var unpriced = charge is { Quality: ChargeQuality.Unpriced };
        if (cost == costSoFar && unpriced == unpricedSoFar)
        {
            return null;
        }

        var kind = KindOf(book.PriceVersion);
        return settled with
        {
            Kind = correctedToThis ? $"{kind}#{corrections + 1}" : kind,
            Usage = Usage.None,
            CostNanoDollars = cost - costSoFar,
            PriceVersion = book.PriceVersion,
            Unpriced = unpriced,
            FirstByteAfter = null,
            Latency = TimeSpan.Zero,
            RequestBytes = 0,
            ResponseBytes = 0,
        };
    }

    private static Charge? ChargeOf(UsageEntry settled, PriceBook book)
    {
        // A refusal before any output has usage that isn't billed; its row says so by costing nothing.
        var refusedUnbilled = settled is { CostNanoDollars: 0, StopReason: StopReasons.Refusal };
        return settled.Usage == Usage.None || refusedUnbilled
            ? null
            : book.Charge(settled.Usage, settled.ModelAsked, settled.ModelAnswered, batch: false);
    }
}
