using System.Globalization;

namespace Latchkey.Desktop.Usage;

/// <summary>US dollars in as many digits as mean something.</summary>
internal static class Money
{
    public static string Of(decimal usd) => usd switch
    {
        0 => "$0.00",
        < 0.0001m and > 0 => "under $0.0001",
        < 0.01m and > 0 => "$" + usd.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => "$" + usd.ToString("N2", CultureInfo.InvariantCulture),
    };
}
