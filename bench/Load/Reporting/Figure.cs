namespace Latchkey.Load.Reporting;

/// <summary>How a figure is held against others.</summary>
internal enum Beside
{
    /// <summary>It stands for itself.</summary>
    Nothing,

    /// <summary>In multiples of nginx with the same upstream, in the same round.</summary>
    Nginx,

    /// <summary>What it is more than without anything in the middle, in the same round.</summary>
    Direct,
}

/// <summary>A line of the tables.</summary>
/// <param name="Row">Where it was measured.</param>
/// <param name="Name">What it is called there.</param>
/// <param name="Title">What the tables call it.</param>
/// <param name="Beside">What it is held against.</param>
/// <param name="Unit">What a figure of 1 is in the row's own unit.</param>
internal sealed record Figure(string Row, string Name, string Title, Beside Beside, double Unit = 1)
{
    private const double Millisecond = 1000;

    public static IReadOnlyList<Figure> All { get; } =
    [
        new("json-1k", "per-second", "requests/s, 1 KB", Beside.Nginx),
        new("json-1k", "cpu-ms", "CPU-ms a request, 1 KB", Beside.Nginx),
        new("json-50k", "cpu-ms", "CPU-ms a request, 50 KB", Beside.Nginx),
        new("json-1500k", "cpu-ms", "CPU-ms a request, 1.5 MB", Beside.Nginx),
        new("rate-200", "whole-p50", "added ms at 200 requests/s, p50", Beside.Direct, Millisecond),
        new("rate-200", "whole-p99", "added ms at 200 requests/s, p99", Beside.Direct, Millisecond),
        new("rate-500", "whole-p50", "added ms at 500 requests/s, p50", Beside.Direct, Millisecond),
        new("rate-500", "whole-p99", "added ms at 500 requests/s, p99", Beside.Direct, Millisecond),
        new("spoken-100", "first-p50", "added ms to the first byte of a stream, p50", Beside.Direct, Millisecond),
        new("spoken-100", "first-p99", "added ms to the first byte of a stream, p99", Beside.Direct, Millisecond),
        new("spoken-100", "event-p50", "added ms to an event, p50", Beside.Direct, Millisecond),
        new("spoken-100", "event-p99", "added ms to an event, p99", Beside.Direct, Millisecond),
        new("busy-100", "cpu-us-event", "CPU-µs an event, 100 streams × 50/s", Beside.Nginx),
        new("busy-1000", "cpu-us-event", "CPU-µs an event, 1,000 streams × 50/s", Beside.Nginx),
        new("busy-1000", "event-p99", "added ms to an event, 1,000 streams × 50/s, p99", Beside.Direct, Millisecond),
        new("burst-1000", "first-p99", "added ms to the first byte, 1,000 streams begun in 50 ms, p99", Beside.Direct, Millisecond),
        new("held", "idle-mb", "memory idle, MB", Beside.Nginx),
        new("held", "kb-1000", "KB a held stream, of 1,000", Beside.Nginx),
        new("held", "kb-5000", "KB a held stream, of 5,000", Beside.Nginx),
        new("held-1500k", "kb-100", "KB a held stream, of 100 whose request was 1.5 MB", Beside.Nginx),
    ];

    /// <summary>What a cell of the tables says; empty when it wasn't measured.</summary>
    public string Cell(RunResults results, string peer)
    {
        var own = results.Of(Row, peer, Name);
        if (Spread.Of(own.Values) is not { } absolute)
        {
            return "";
        }

        switch (Beside)
        {
            case Beside.Direct:
                return Spread.Of(own, results.Of(Row, "direct", Name), (o, d) => (o - d) / Unit)?.ToString() ?? "";
            case Beside.Nginx when peer != NginxOf(peer) && Ratio(results, peer) is { } ratio:
                return $"**× {Spread.Text(ratio.Median)}** ({Spread.Text(ratio.Least)} to {Spread.Text(ratio.Most)}): {Spread.Text(absolute.Median)}";
            default:
                return absolute.ToString();
        }
    }

    public Spread? Ratio(RunResults results, string peer) =>
        Spread.Of(results.Of(Row, peer, Name), results.Of(Row, NginxOf(peer), Name), (own, nginx) => own / nginx);

    private static string NginxOf(string peer) => peer.EndsWith("-tls", StringComparison.Ordinal) ? "nginx-tls" : "nginx";
}
