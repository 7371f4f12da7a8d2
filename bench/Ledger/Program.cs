using System.Globalization;
using Latchkey.Ledger;

return args switch
{
    [] => await Figures.RunAsync(10_000_000),
    [var rows] => await Figures.RunAsync(int.Parse(rows, CultureInfo.InvariantCulture)),
    _ => 2,
};
