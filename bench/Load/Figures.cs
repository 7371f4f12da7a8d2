using Latchkey.Load.Measure;

namespace Latchkey.Load;

/// <summary>The figures of a sample, by name.</summary>
internal static class Figures
{
    /// <summary>The kernel accounts in hundredths of a second: below it, rates and processor time mean nothing.</summary>
    private const double ShortestSeconds = 0.2;

    public static Dictionary<string, double> Of(Seen seen, double cpuSeconds, double others)
    {
        var figures = new Dictionary<string, double>
        {
            ["failures"] = seen.Failures,
            ["wrong"] = seen.Wrong,
            ["others"] = others,
        };
        if (seen.Seconds > ShortestSeconds && seen.Whole.Count > 0)
        {
            figures["per-second"] = seen.Answers / seen.Seconds;
            figures["cpu-ms"] = cpuSeconds * 1000 / seen.Answers;
        }

        if (seen.Seconds > ShortestSeconds && seen.Events > 0)
        {
            figures["events-per-second"] = seen.Events / seen.Seconds;
            figures["cpu-us-event"] = cpuSeconds * 1e6 / seen.Events;
        }

        foreach (var (name, times) in new[] { ("first", seen.First), ("whole", seen.Whole), ("event", seen.Event), ("last", seen.Last), ("late", seen.Late) })
        {
            if (times.Count > 0)
            {
                figures[name + "-p50"] = times.P50;
                figures[name + "-p99"] = times.P99;
            }
        }

        return figures;
    }
}
