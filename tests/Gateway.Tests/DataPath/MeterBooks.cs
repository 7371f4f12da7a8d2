using System.Text;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Reports;
using Latchkey.Simulator.Tokens;
using SimulatorEnding = Latchkey.Simulator.Bookkeeping.Ending;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>Holds rows of the ledger against the Simulator's own books, which are kept and priced by other code.</summary>
internal sealed class MeterBooks
{
    private readonly List<string> _differing = [];

    /// <summary>What doesn't agree; empty when the ledger is right.</summary>
    public IReadOnlyList<string> Differing => _differing;

    /// <summary>Sums of the rows with exact figures, kind by kind.</summary>
    public long[] LedgerSum { get; } = new long[9];

    /// <summary>Sums of the same exchanges by the tally.</summary>
    public long[] TruthSum { get; } = new long[9];

    /// <summary>Nano-dollars of the rows with exact figures.</summary>
    public long LedgerCost { get; private set; }

    /// <summary>The same by the Simulator's prices.</summary>
    public decimal TruthCost { get; private set; }

    /// <param name="call">What was asked for.</param>
    /// <param name="row">The ledger's one row for it.</param>
    /// <param name="truth">The Simulator's; null when the client had left before the upstream was called.</param>
    public void Compare(MeterCall call, Dictionary<string, object?> row, TallyRow? truth)
    {
        var usage = JsonSerializer.Deserialize((string)row["usage"]!, Latchkey.Claude.UsageJson.Default.Usage)!;
        var delivered = truth is { Complete: true } && call.LeavesAfter is null;
        Expect(!delivered || (string)row["ending"]! == "completed", "should be completed");
        Expect(!delivered || (string?)row["upstream_request_id"] == truth!.RequestId, "should name the upstream's request");
        switch (row["quality"])
        {
            case "actual":
                Expect(truth is { Status: 200, Generated: not null } && !call.IsCount, "was nothing to be charged for");
                Exact(truth?.Generated ?? new UsageFigures());
                break;
            case "none":
                Expect(usage == Usage.None && row.Number("cost_nano_usd") == 0, "nothing should cost nothing");
                Expect(IsFree(), "was charged nothing");
                break;
            case "estimated":
                Expect(!delivered, "the exact figures were delivered");
                Estimated();
                break;
            default:
                Expect(false, "every model of the mix has a price");
                break;
        }

        void Exact(UsageFigures figures)
        {
            Expect(Same(usage, figures), $"{usage} for {figures}");
            Add(LedgerSum, Figures(usage));
            Add(TruthSum, Figures(figures));
            var cost = decimal.Round(BilledUsage.LinesOf(truth!).SelectMany(PriceTable.CostsOf).Sum(item => item.NanoDollars), MidpointRounding.AwayFromZero);
            Expect(row.Number("cost_nano_usd") == cost, $"should cost {cost} nano-dollars, not {row["cost_nano_usd"]}");
            LedgerCost += row.Number("cost_nano_usd");
            TruthCost += cost;
        }

        // An error, a count, an answer whose head never came, a stream that broke before it began, or a client that was faster than the call.
        bool IsFree() => call.IsCount || truth is null || truth.Status != 200
            || (row["upstream_request_id"] is null && (string)row["ending"]! == "upstream_broke")
            || (truth.Ending is SimulatorEnding.ErrorEvent && truth.Delivered is null);

        void Estimated()
        {
            var known = InputTold() ? truth!.Delivered ?? truth.Generated : null;
            Expect(
                known is null
                    ? usage is { InputTokens: > 0, CacheCreationInputTokens: 0, CacheReadInputTokens: 0 }
                    : InputOf(usage).SequenceEqual(InputOf(known)),
                $"the input was {known}, not {usage}");
            Expect(usage.OutputTokens <= 1 + row.Number("response_bytes"), "more output than bytes");
        }

        // Whether what the gateway has read of the answer tells its input; a plain body tells it at its end.
        bool InputTold()
        {
            if (truth is null)
            {
                return false;
            }

            var body = truth.ResponseBody ?? [];
            var read = Encoding.UTF8.GetString(body.AsSpan(0, (int)Math.Min(row.Number("response_bytes"), body.Length)));
            return truth.Streamed
                ? read.IndexOf("\"message_start\"", StringComparison.Ordinal) is >= 0 and var at && read.IndexOf("\n\n", at, StringComparison.Ordinal) >= 0
                : InputOf(usage).Skip(1).Any(tokens => tokens > 0) || usage.InputTokens == truth.Generated?.InputTokens;
        }

        void Expect(bool holds, string what)
        {
            if (!holds)
            {
                _differing.Add($"{call.What} ({call.Id}): {what}; {row["quality"]}, {row["ending"]}, status {row["status"]}, tally {truth?.Ending}");
            }
        }
    }

    private static bool Same(Usage usage, UsageFigures truth) =>
        Figures(usage).SequenceEqual(Figures(truth))
        && usage.ServiceTier == truth.ServiceTier && usage.InferenceGeo == truth.InferenceGeo && usage.Speed == truth.Speed
        && usage.Iterations.Select(i => (i.Type, i.Model, i.InputTokens, i.OutputTokens, i.CacheCreationInputTokens, i.CacheReadInputTokens))
            .SequenceEqual(truth.Iterations.Select(i => (i.Type, i.Model, i.InputTokens, i.OutputTokens, i.CacheCreationInputTokens, i.CacheReadInputTokens))!);

    private static long[] Figures(Usage usage) =>
        [.. InputOf(usage), usage.OutputTokens, usage.ThinkingTokens, usage.WebSearchRequests, usage.WebFetchRequests];

    private static long[] Figures(UsageFigures truth) =>
        [.. InputOf(truth), truth.OutputTokens, truth.ThinkingTokens ?? 0, truth.WebSearchRequests ?? 0, truth.WebFetchRequests ?? 0];

    private static long[] InputOf(Usage usage) =>
    [
        usage.InputTokens, usage.CacheCreationInputTokens, usage.CacheCreation5mInputTokens, usage.CacheCreation1hInputTokens, usage.CacheReadInputTokens,
    ];

    private static long[] InputOf(UsageFigures truth)
    {
        var hour = Math.Min(truth.Ephemeral1hInputTokens, truth.CacheCreationInputTokens);
        return [truth.InputTokens, truth.CacheCreationInputTokens, truth.CacheCreationInputTokens - hour, hour, truth.CacheReadInputTokens];
    }

    private static void Add(long[] sums, long[] more)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += more[i];
        }
    }
}
