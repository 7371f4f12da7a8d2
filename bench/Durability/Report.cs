using System.Globalization;

namespace Latchkey.Durability;

/// <summary>Prints medians over the rounds, least and most in brackets. Differences and ratios are those of the same round.</summary>
internal static class Report
{
    private const string Others = "cores of others";

    private static readonly (string Name, Func<Figures, double> Value)[] Columns =
    [
        ("requests/s", f => f.PerSecond),
        ("CPU-ms/request", f => f.Cpu),
        ("first p50 ms", f => f.First50),
        ("first p99 ms", f => f.First99),
        ("last p50 ms", f => f.Last50),
        ("last p99 ms", f => f.Last99),
        (Others, f => f.Others),
    ];

    public static void Machine(string folder, (double Median, double P99) sync)
    {
        var drive = new DriveInfo(folder);
        Print(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores; {drive.DriveFormat}, 4 KB appended and synced in {sync.Median:F2} ms (p50), {sync.P99:F2} ms (p99)"));
        if (drive.DriveFormat is "tmpfs" or "ramfs")
        {
            Print($"{folder} is no disk: use --folder.");
        }
    }

    public static void Figures(BenchOptions options, Dictionary<(Load, Variant), List<Figures>> figures)
    {
        foreach (var load in options.Loads)
        {
            var none = figures[(load, options.Variants[0])];
            Print("");
            Print(string.Create(CultureInfo.InvariantCulture, $"{load.Name}: {none[0].Calls:N0} calls a round, {none.Count} rounds; median (least to most)"));
            Print($"{"",-24}{string.Join("", Columns.Select(c => $"{c.Name,-27}"))}");
            foreach (var variant in options.Variants)
            {
                Line(variant.Name, c => figures[(load, variant)].Select(c), "");
            }

            foreach (var variant in options.Variants.Skip(1))
            {
                var some = figures[(load, variant)];
                Line($"{variant.Name}: more", c => some.Zip(none, (s, n) => c(s) - c(n)), "+");
                Line($"{variant.Name}: times", c => some.Zip(none, (s, n) => c(s) / c(n)), "×");
            }
        }

        Print("");
    }

    public static void Rows(Variant variant, long answered, long rows, long open) =>
        Print(string.Create(CultureInfo.InvariantCulture, $"{variant.Name}: {answered:N0} answers as the upstream sent them; killed; {rows - variant.Rows:N0} new rows, {open:N0} open"));

    private static void Line(string name, Func<Func<Figures, double>, IEnumerable<double>> values, string sign)
    {
        var cells = Columns.Where(c => sign.Length == 0 || c.Name != Others).Select(column =>
        {
            var sorted = values(column.Value).Order().ToList();
            var middle = (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
            return string.Create(CultureInfo.InvariantCulture, $"{Text(middle, sign)} ({Text(sorted[0], "")} to {Text(sorted[^1], "")})");
        });
        Print($"{name,-24}{string.Join("", cells.Select(c => $"{c,-27}"))}".TrimEnd());
    }

    private static string Text(double value, string sign) =>
        (sign == "+" && value < 0 ? "" : sign)
        + value.ToString(Math.Abs(value) switch { < 1 => "F3", < 100 => "F2", _ => "F0" }, CultureInfo.InvariantCulture);

    private static void Print(string line) => Console.WriteLine(line);
}
