using System.Globalization;
using System.Text;
using Latchkey.Load.Peers;

namespace Latchkey.Load.Reporting;

/// <summary>The results as tables in Markdown.</summary>
internal static class Tables
{
    /// <summary>Times in the tables are in milliseconds.</summary>
    private static readonly (string Row, string Figure, string Title, double Unit)[] Durability =
    [
        ("json-1k", "cpu-ms", "CPU-ms a request, as fast as they can", 1),
        ("rate-200", "cpu-ms", "CPU-ms a request, 200 requests/s", 1),
        ("rate-500", "cpu-ms", "CPU-ms a request, 500 requests/s", 1),
        ("spoken-100", "first-p50", "ms to the first byte of a stream, p50", 1000),
        ("spoken-100", "first-p99", "ms to the first byte of a stream, p99", 1000),
        ("spoken-100", "last-p50", "ms from the last event to the end of a stream, p50", 1000),
        ("spoken-100", "last-p99", "ms from the last event to the end of a stream, p99", 1000),
    ];

    public static string Of(RunResults results)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{results.Day:yyyy-MM-dd}, {results.Machine}; {Counted(results.RoundCount, "round")}; {Counted(results.Samples.Count, "sample")}; {Mistakes(results)}; {Others(results)}.");
        var peers = PeerList.All.Select(p => p.Name).Where(n => results.Has(n) && n is not ("direct" or "no-ledger")).ToList();
        Compare(text, results, "upstream with TLS 1.3", [.. peers.Where(IsTls)]);
        Compare(text, results, "plain upstream", [.. peers.Where(p => !IsTls(p))]);
        if (results.Has("latchkey") && results.Has("no-ledger"))
        {
            CostOfDurability(text, results);
        }

        return text.ToString().TrimEnd();
    }

    private static bool IsTls(string peer) => peer.EndsWith("-tls", StringComparison.Ordinal);

    private static void Compare(StringBuilder text, RunResults results, string title, IReadOnlyList<string> peers)
    {
        var figures = Figure.All.Where(f => peers.Any(p => f.Cell(results, p).Length > 0)).ToList();
        if (peers.Count == 0 || figures.Count == 0)
        {
            return;
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"| {title} | {string.Join(" | ", peers)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(peers.Select(_ => "---|"))}");
        foreach (var figure in figures)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {figure.Title} | {string.Join(" | ", peers.Select(p => figure.Cell(results, p)))} |");
        }
    }

    private static void CostOfDurability(StringBuilder text, RunResults results)
    {
        text.AppendLine().AppendLine("| what durability costs | without a ledger | with it | it adds |").AppendLine("|---|---|---|---|");
        foreach (var (row, figure, title, unit) in Durability)
        {
            var (without, with) = (results.Of(row, "no-ledger", figure), results.Of(row, "latchkey", figure));
            if (Spread.Of(without.Values.Select(v => v / unit)) is { } before && Spread.Of(with.Values.Select(v => v / unit)) is { } after)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {title} | {before} | {after} | {Spread.Of(with, without, (w, o) => (w - o) / unit)} |");
            }
        }
    }

    private static string Mistakes(RunResults results) =>
        results.Mistakes == 0
            ? "no answer missing, none wrong"
            : string.Join(", ", results.Samples.GroupBy(s => s.Peer).Select(g => (g.Key, Sum: g.Sum(s => s.Figures["failures"] + s.Figures["wrong"]))).Where(g => g.Sum > 0)
                .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key}: {g.Sum:N0} answers missing or wrong")));

    private static string Others(RunResults results)
    {
        var others = results.Samples.Where(s => s.Figures.ContainsKey("others")).Select(s => s.Figures["others"]).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"other programs used {Spread.Of(others)?.ToString() ?? "an unknown number of"} cores, more than 0.2 in {Counted(others.Count(o => o > 0.2), "sample")}");
    }

    private static string Counted(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
