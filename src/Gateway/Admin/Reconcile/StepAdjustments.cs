using Latchkey.Claude;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>
/// The ledger's sums have each call's own counters under one model. Anthropic's report has what is billed: steps that compact, advise or take over come on top, each
/// at its own model. So such calls are taken out of the sums and put in again step by step, as they were priced.
/// </summary>
internal sealed class StepAdjustments(PriceBook book)
{
    private readonly Dictionary<(DateOnly Day, string Model, string? Key), TokenKinds> _sums = [];

    public void Add(SteppedCall call)
    {
        var parts = book.Charge(call.Usage, call.ModelAsked, call.ModelAnswered, batch: false).Parts;
        if (!parts.Any(p => p.Iteration is not null))
        {
            return;
        }

        Add(call, call.Model, default(TokenKinds) - TokenKinds.Of(call.Usage));
        foreach (var part in parts)
        {
            Add(call, part.Model ?? call.Model, TokensOf(part));
        }
    }

    /// <summary>What to add to the ledger's sums; some of it is below zero. Costs are right as they are.</summary>
    public IReadOnlyList<LedgerDay> ToSums() => [.. _sums.Select(s => new LedgerDay(s.Key.Day, s.Key.Model, s.Key.Key, s.Value, 0))];

    private void Add(SteppedCall call, string model, in TokenKinds tokens)
    {
        var place = (call.Day, model, call.KeyFingerprint);
        _sums[place] = _sums.GetValueOrDefault(place) + tokens;
    }

    private static TokenKinds TokensOf(ChargePart part) => part.Kind switch
    {
        ChargeKind.Input => new TokenKinds(part.Quantity, 0, 0, 0, 0, 0),
        ChargeKind.CacheRead => new TokenKinds(0, part.Quantity, 0, 0, 0, 0),
        ChargeKind.CacheWrite5m => new TokenKinds(0, 0, part.Quantity, 0, 0, 0),
        ChargeKind.CacheWrite1h => new TokenKinds(0, 0, 0, part.Quantity, 0, 0),
        ChargeKind.Output => new TokenKinds(0, 0, 0, 0, part.Quantity, 0),
        ChargeKind.WebSearch => new TokenKinds(0, 0, 0, 0, 0, part.Quantity),
        _ => throw new ArgumentOutOfRangeException(nameof(part), part.Kind, null),
    };
}
