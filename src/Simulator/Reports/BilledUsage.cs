using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Reports;

/// <summary>
/// The bill, made of the tally: what was generated counts, whether or not the client stayed for it. A batch is billed when it is made.
/// </summary>
internal sealed class BilledUsage(Tally tally)
{
    /// <summary>Everything that was billed in a time, in no order.</summary>
    public IEnumerable<BilledLine> Lines(DateTimeOffset from, DateTimeOffset to) => tally.Rows()
        .Where(row => row.Request.At >= from && row.Request.At < to && row.Request.ApiKeySha256 is not null)
        .SelectMany(LinesOf);

    public static string IdOfKey(string sha256) => "apikey_01" + sha256[..22];

    /// <summary>What one call is billed for.</summary>
    public static IEnumerable<BilledLine> LinesOf(TallyRow row)
    {
        if (row is { Generated: { } usage, Model: { } serving })
        {
            foreach (var line in Charged(row, usage, serving, row.Request.Model ?? serving))
            {
                yield return line;
            }
        }

        foreach (var made in row.BatchMade)
        {
            foreach (var line in Charged(row, made.Usage, made.Model, made.Model))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<BilledLine> Charged(TallyRow row, UsageFigures usage, string serving, string requested) =>
        TokenSums.Charged(usage, serving, requested).Select(charge => new BilledLine
        {
            At = row.Request.At,
            ApiKeyId = IdOfKey(row.Request.ApiKeySha256!),
            Model = charge.Model,
            Sums = charge.Sums,
            ServiceTier = usage.ServiceTier,
            InferenceGeo = usage.InferenceGeo,
            Fast = usage.Speed == "fast",
        });
}
