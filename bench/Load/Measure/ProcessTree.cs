using System.Globalization;

namespace Latchkey.Load.Measure;

/// <summary>A process with everything that it has started, as the kernel accounts for it (proc(5)).</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time in seconds, of all threads.</summary>
    public static double CpuSeconds(int root) => Of(root).Sum(p => p.Ticks) / TicksPerSecond;

    /// <summary>Memory in KB; a page that several processes share counts by shares.</summary>
    public static double MemoryKb(int root) =>
        Of(root).Sum(p => File.ReadLines($"/proc/{p.Id}/smaps_rollup").Where(l => l.StartsWith("Pss:", StringComparison.Ordinal))
            .Sum(l => double.Parse(l.AsSpan(4, l.Length - 6), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture)));

    public static IReadOnlyList<int> Ids(int root) => [.. Of(root).Select(p => p.Id)];

    private static List<(int Id, int Parent, double Ticks)> Of(int root)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(d => Read(Path.GetFileName(d))).OfType<(int Id, int Parent, double Ticks)>().ToList();
        var tree = all.Where(p => p.Id == root).ToList();
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(all.Where(p => p.Parent == tree[i].Id));
        }

        return tree;
    }

    private static (int Id, int Parent, double Ticks)? Read(string folder)
    {
        if (!int.TryParse(folder, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return null;
        }

        try
        {
            // The name may have anything in it; behind it come state, parent, and as 14th and 15th utime and stime.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // It has ended in between.
            return null;
        }
    }
}
