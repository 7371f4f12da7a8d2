using Latchkey.Claude;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>
/// Holds the ledger against Anthropic's reports, by day, key and model, and in money by day. Decides only. The organisation may have keys that aren't this
/// gateway's: what they used is told apart, and where they share a workspace with ours, cost can't be compared.
/// </summary>
internal sealed class Reconciliation(PriceBook book, Func<string, IReadOnlyList<string>> fingerprintsOf, decimal tolerancePercent)
{
    private const string Ledger = "ledger";
    private const string Anthropic = "anthropic";
    private const string UnknownModel = "unknown";

    public ReconcileReport Compare(ReconcilePeriod period, IReadOnlyList<LedgerDay> ledger, OrganizationReports reports)
    {
        var ours = Ours(reports.Keys);
        var workspaces = reports.Keys.Where(k => ours.ContainsKey(k.Id)).Select(k => k.WorkspaceId ?? "").ToHashSet(StringComparer.Ordinal);
        var (own, others) = Split(reports.Usage, ours);
        var lines = Lines(ledger, own, ours);
        var days = new List<ReconcileDay>();
        for (var day = period.From; day <= period.To; day = day.AddDays(1))
        {
            var comparable = workspaces.Count > 0 && !others.Any(u => u.Day == day && workspaces.Contains(u.WorkspaceId ?? ""));
            days.Add(DayOf(day, lines, ledger, reports.Costs.Where(c => workspaces.Contains(c.WorkspaceId ?? "")), comparable));
        }

        var total = Tokens(lines.Select(l => l.Tokens));
        var cost = Cost(
            days.Sum(d => d.Cost.LedgerNanoDollars), days.Sum(d => d.Cost.AnthropicNanoDollars), days.TrueForAll(d => d.Cost.Comparable));
        return new ReconcileReport
        {
            From = ReconcilePeriod.Text(period.From),
            To = ReconcilePeriod.Text(period.To),
            TolerancePercent = tolerancePercent,
            WithinTolerance = total.WithinTolerance && cost.WithinTolerance is not false,
            Totals = new ReconcileTotals(total, cost),
            Keys = [.. reports.Keys.Where(k => ours.ContainsKey(k.Id)).Select(k => new ReconcileKey(ours[k.Id], k.Id, k.Name, k.Hint))],
            Unknown = new ReconcileUnknown(
                [.. ledger.Select(l => l.KeyFingerprint).OfType<string>().Except(ours.Values).Order(StringComparer.Ordinal)],
                [.. lines.Select(l => l.Model).Where(m => !book.TryFind(m, out _)).Distinct(StringComparer.Ordinal)]),
            OtherKeys =
            [
                .. others.GroupBy(u => u.ApiKeyId).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new ReconcileOther(
                    g.Key, reports.Keys.FirstOrDefault(k => k.Id == g.Key)?.Name, g.Aggregate(default(TokenKinds), (sum, u) => sum + u.Tokens))),
            ],
            Days = days,
            Lines = lines,
        };
    }

    /// <summary>Which of the organisation's keys are this gateway's. A hint that fits two of ours tells nothing.</summary>
    private Dictionary<string, string> Ours(IReadOnlyList<ListedKey> keys)
    {
        var ours = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (key.Hint is { } hint && fingerprintsOf(hint) is [var fingerprint])
            {
                ours[key.Id] = fingerprint;
            }
        }

        return ours;
    }

    private static (List<ReportedUsage> Own, List<ReportedUsage> Others) Split(IReadOnlyList<ReportedUsage> usage, Dictionary<string, string> ours)
    {
        var (own, others) = (new List<ReportedUsage>(), new List<ReportedUsage>());
        foreach (var reported in usage)
        {
            (reported.ApiKeyId is { } id && ours.ContainsKey(id) ? own : others).Add(reported);
        }

        return (own, others);
    }

    private List<ReconcileLine> Lines(IReadOnlyList<LedgerDay> ledger, List<ReportedUsage> own, Dictionary<string, string> ours)
    {
        var sides = new SortedDictionary<(DateOnly Day, string Key, string Model), (TokenKinds Ledger, TokenKinds Anthropic)>();
        foreach (var sum in ledger.Where(l => l.Tokens != default))
        {
            var place = (sum.Day, sum.KeyFingerprint ?? "", NameOf(sum.Model));
            var side = sides.GetValueOrDefault(place);
            sides[place] = side with { Ledger = side.Ledger + sum.Tokens };
        }

        foreach (var reported in own.Where(u => u.Tokens != default))
        {
            var place = (reported.Day, ours[reported.ApiKeyId!], NameOf(reported.Model ?? UnknownModel));
            var side = sides.GetValueOrDefault(place);
            sides[place] = side with { Anthropic = side.Anthropic + reported.Tokens };
        }

        // What was put under other models step by step leaves nothing where it was.
        return
        [
            .. sides.Where(s => s.Value != default).Select(s => new ReconcileLine(
                ReconcilePeriod.Text(s.Key.Day),
                s.Key.Key.Length == 0 ? null : s.Key.Key,
                s.Key.Model,
                s.Value.Anthropic == default ? Ledger : s.Value.Ledger == default ? Anthropic : null,
                Tokens(s.Value.Ledger, s.Value.Anthropic))),
        ];
    }

    private ReconcileDay DayOf(
        DateOnly day, List<ReconcileLine> lines, IReadOnlyList<LedgerDay> ledger, IEnumerable<ReportedCost> costs, bool comparable)
    {
        var text = ReconcilePeriod.Text(day);
        return new ReconcileDay(
            text,
            Tokens(lines.Where(l => l.Day == text).Select(l => l.Tokens)),
            Cost(
                ledger.Where(l => l.Day == day).Sum(l => l.CostNanoDollars),
                decimal.Round(costs.Where(c => c.Day == day).Sum(c => c.NanoDollars), MidpointRounding.AwayFromZero),
                comparable));
    }

    /// <summary>Both sides may know a model by another of its names.</summary>
    private string NameOf(string model) => book.TryFind(model, out var known) ? known.Id : ModelId.Normalize(model);

    private ReconcileTokens Tokens(IEnumerable<ReconcileTokens> parts)
    {
        var (ledger, anthropic) = (default(TokenKinds), default(TokenKinds));
        foreach (var part in parts)
        {
            ledger += part.Ledger;
            anthropic += part.Anthropic;
        }

        return Tokens(ledger, anthropic);
    }

    private ReconcileTokens Tokens(in TokenKinds ledger, in TokenKinds anthropic)
    {
        var drift = new ReconcileDrift(
            Drift(ledger.UncachedInputTokens, anthropic.UncachedInputTokens),
            Drift(ledger.CacheReadInputTokens, anthropic.CacheReadInputTokens),
            Drift(ledger.CacheWrite5mTokens, anthropic.CacheWrite5mTokens),
            Drift(ledger.CacheWrite1hTokens, anthropic.CacheWrite1hTokens),
            Drift(ledger.OutputTokens, anthropic.OutputTokens),
            Drift(ledger.WebSearchRequests, anthropic.WebSearchRequests));
        return new ReconcileTokens(ledger, anthropic, ledger - anthropic, drift, drift.Largest <= tolerancePercent);
    }

    private ReconcileCost Cost(decimal ledger, decimal anthropic, bool comparable)
    {
        var drift = Drift(ledger, anthropic);
        return new ReconcileCost(comparable, ledger, anthropic, ledger - anthropic, drift, comparable ? drift <= tolerancePercent : null);
    }

    /// <summary>In per cent of Anthropic's figure, without sign; what Anthropic knows nothing of is all drift.</summary>
    private static decimal Drift(decimal ledger, decimal anthropic) =>
        ledger == anthropic ? 0 : anthropic == 0 ? 100 : decimal.Round(Math.Abs(ledger - anthropic) / Math.Abs(anthropic) * 100, 4);
}
