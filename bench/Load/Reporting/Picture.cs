using System.Globalization;
using System.Text;
using Latchkey.Load.Peers;

namespace Latchkey.Load.Reporting;

/// <summary>Bars that are ratios to nginx, on a logarithmic scale, each with the least and the most of the rounds.</summary>
internal static class Picture
{
    private const int Width = 900;
    private const int Left = 130;
    private const int Right = 70;
    private const int LineHeight = 20;
    private const int TitleHeight = 34;

    /// <summary>From a fiftieth of nginx to two hundred times nginx.</summary>
    private const double Least = 0.02;
    private const double Most = 200;

    private static readonly (string Row, string Figure, string Title)[] Panels =
    [
        ("json-1k", "cpu-ms", "CPU a request, 1 KB"), ("json-50k", "cpu-ms", "CPU a request, 50 KB"), ("busy-100", "cpu-us-event", "CPU an event of a stream"), ("held", "kb-5000", "memory a held stream"),
    ];

    public static string Of(RunResults results)
    {
        var body = new StringBuilder();
        var y = 0;
        foreach (var (title, tls) in new[] { ("upstream with TLS 1.3", true), ("plain upstream", false) })
        {
            foreach (var panel in Panels)
            {
                var figure = Figure.All.First(f => f.Row == panel.Row && f.Name == panel.Figure);
                var bars = PeerList.All.Where(p => p.Name.EndsWith("-tls", StringComparison.Ordinal) == tls && p is not DirectPeer and not NoLedgerPeer)
                    .Select(p => (p.Name, Ratio: figure.Ratio(results, p.Name))).Where(b => b.Ratio is not null).ToList();
                if (bars.Count == 0)
                {
                    continue;
                }

                y += TitleHeight;
                Add(body, $"<text x='{Left}' y='{y - 10}' class='title'>{panel.Title}, {title}</text>");
                foreach (var (name, ratio) in bars)
                {
                    Bar(body, y, name, ratio!.Value);
                    y += LineHeight;
                }
            }
        }

        y += TitleHeight;
        Add(body, $"<line x1='{X(1)}' y1='10' x2='{X(1)}' y2='{y - 20}' class='one'/>");
        Add(body, $"<text x='{X(1)}' y='{y - 6}' text-anchor='middle'>nginx = 1, less is better, logarithmic; {results.Day:yyyy-MM-dd}, median of the rounds, the line from the least to the most</text>");
        return $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{y}}" font-family="system-ui, sans-serif" font-size="12">
            <style>
            rect.page { fill: #fff } text { fill: #333 } .title { font-weight: 600 } .other { fill: #9aa5b1 } .ours { fill: #d97757 } .one { stroke: #333; stroke-dasharray: 3 3 } .spread { stroke: #333 }
            </style>
            <rect class="page" width="{{Width}}" height="{{y}}"/>
            {{body}}</svg>

            """;
    }

    private static void Bar(StringBuilder body, int y, string name, Spread ratio)
    {
        var (one, end) = (X(1), X(ratio.Median));
        var kind = name.StartsWith("latchkey", StringComparison.Ordinal) ? "ours" : "other";
        Add(body, $"<text x='{Left - 10}' y='{y + 14}' text-anchor='end'>{name}</text>");
        Add(body, $"<rect x='{Math.Min(one, end)}' y='{y + 3}' width='{Math.Max(1, Math.Abs(end - one))}' height='{LineHeight - 6}' class='{kind}'/>");
        Add(body, $"<line x1='{X(ratio.Least)}' y1='{y + (LineHeight / 2)}' x2='{X(ratio.Most)}' y2='{y + (LineHeight / 2)}' class='spread'/>");
        Add(body, $"<text x='{Width - Right + 10}' y='{y + 14}'>× {Spread.Text(ratio.Median)}</text>");
    }

    private static int X(double ratio) =>
        Left + (int)((Width - Left - Right) * Math.Log(Math.Clamp(ratio, Least, Most) / Least) / Math.Log(Most / Least));

    private static void Add(StringBuilder body, FormattableString line) => body.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
