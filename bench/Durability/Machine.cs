using System.Diagnostics;
using System.Globalization;

namespace Latchkey.Durability;

/// <summary>What must be known of the machine to believe a figure.</summary>
internal static class Machine
{
    private const int Syncs = 100;

    private const double TicksPerSecond = 100;

    /// <summary>Processor time of everything that runs on this machine, in seconds.</summary>
    public static double BusySeconds()
    {
        using var stat = new StreamReader("/proc/stat");

        // user nice system idle iowait irq softirq steal (proc_stat(5)), in hundredths of a second.
        var columns = stat.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(c => long.Parse(c, CultureInfo.InvariantCulture)).ToList();
        return (columns.Sum() - columns[3] - columns[4]) / TicksPerSecond;
    }

    /// <summary>How long the disk takes to have 4 KB for good.</summary>
    public static (double Median, double P99) SyncMilliseconds(string folder)
    {
        var path = Path.Combine(folder, "sync");
        var times = new List<double>();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            var page = new byte[4096];
            for (var i = 0; i < Syncs; i++)
            {
                var started = Stopwatch.GetTimestamp();
                file.Write(page);
                file.Flush(flushToDisk: true);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        File.Delete(path);
        times.Sort();
        return (times[Syncs / 2], times[Syncs * 99 / 100]);
    }
}
