using System.Globalization;

namespace Latchkey.Load.Reporting;

/// <summary>The median of some rounds, with the least and the most.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    public static Spread? Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? null : new Spread((sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>Round by round.</summary>
    public static Spread? Of(IReadOnlyDictionary<int, double> some, IReadOnlyDictionary<int, double> others, Func<double, double, double> join) =>
        Of(some.Where(s => others.ContainsKey(s.Key)).Select(s => join(s.Value, others[s.Key])));

    public override string ToString() => $"{Text(Median)} ({Text(Least)} to {Text(Most)})";

    /// <summary>Three digits that tell something.</summary>
    public static string Text(double value) =>
        (Math.Abs(value) < 0.0005 ? "0" : value.ToString(Math.Abs(value) switch { < 0.1 => "0.000", < 1 => "0.00", < 10 => "0.0#", < 100 => "0.0", _ => "N0" }, CultureInfo.InvariantCulture))
        .Replace('-', '−');
}
