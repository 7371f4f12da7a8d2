using System.Globalization;

namespace Latchkey.Load.Measure;

/// <summary>Its cores: the peers get the last to themselves, everybody else the others.</summary>
internal static class Machine
{
    private const double TicksPerSecond = 100;

    private static readonly int Cores = File.ReadLines("/proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal));

    public static bool HasTwoCores => Cores > 1;

    public static string PeerCore => (Cores - 1).ToString(CultureInfo.InvariantCulture);

    public static string OtherCores => Cores == 2 ? "0" : $"0-{Cores - 2}";

    public static string Describe() =>
        $"{Cores} cores, {File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()}, "
        + $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}";

    /// <summary>Processor time of everything that runs on this machine, in seconds.</summary>
    public static double BusySeconds()
    {
        // user nice system idle iowait irq softirq steal, in hundredths of a second.
        var columns = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToList();
        return (columns.Sum() - columns[3] - columns[4]) / TicksPerSecond;
    }
}
