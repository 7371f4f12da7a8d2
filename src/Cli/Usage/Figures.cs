using System.Globalization;

namespace Latchkey.Cli.Usage;

/// <summary>Counts and amounts as people read them.</summary>
internal static class Figures
{
    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " ", NumberGroupSizes = [3] };

    public static string Count(long number) => number.ToString("#,0", Grouped);

    /// <summary>US dollars with cents; below one of them, with as many places as it takes to see something.</summary>
    public static string Dollars(decimal amount) => amount switch
    {
        0 => "$0.00",
        < 0 => $"-{Dollars(-amount)}",
        >= 0.01m => "$" + amount.ToString("#,0.00", Grouped),
        _ => "$" + amount.ToString("0.00#######", CultureInfo.InvariantCulture),
    };
}
