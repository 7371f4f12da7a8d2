using System.Globalization;
using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>Decides what corrects a row whose price was wrong: a further row, never a change of the one that exists.</summary>
internal static class UsageCorrection
{
    private const string KindPrefix = "rerated:";

    private const char NumberSign = '#';

    /// <summary>Which of an exchange's corrections it is, by its kind: the first has no number in it.</summary>
    public static int NumberOf(string kind) =>
        kind.LastIndexOf(NumberSign) is >= 0 and var sign && int.TryParse(kind.AsSpan(sign + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 1;

    /// <summary>
    /// The row that makes the exchange cost what this book says: no tokens, the difference as its cost, at the time and under the names of the
    /// one that it corrects, so that every sum follows. Null when nothing is to be corrected.
    /// </summary>
    /// <param name="settled">The exchange's settled row.</param>
    /// <param name="costSoFar">Its cost with all corrections so far, in nano-dollars.</param>
    /// <param name="unpricedSoFar">Whether the last of its rows says that its price is a guess.</param>
    /// <param name="corrections">How many corrections it has.</param>
    /// <param name="book">The prices that hold.</param>
    public static UsageEntry? Of(UsageEntry settled, long costSoFar, bool unpricedSoFar, int corrections, PriceBook book)
    {
        var charge = ChargeOf(settled, book);
        var cost = charge?.NanoDollars ?? 0;
        var unpriced = charge is { Quality: ChargeQuality.Unpriced };
        if (cost == costSoFar && unpriced == unpricedSoFar)
        {
            return null;
        }

        // The number tells which holds, and makes two gateways that correct the same state write the same row, which counts once.
        var kind = KindPrefix + book.PriceVersion;
        return settled with
        {
            Kind = corrections == 0 ? kind : string.Create(CultureInfo.InvariantCulture, $"{kind}{NumberSign}{corrections + 1}"),
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
