using System.Globalization;

namespace Latchkey.Durability;

/// <summary>What is compared, and how long.</summary>
/// <param name="Variants">The gateways; the first is what the others are held against.</param>
/// <param name="Loads">What each of them gets in each round.</param>
/// <param name="RoundCount">How often.</param>
/// <param name="Folder">Where the data folders are made; the disk below it is what is measured.</param>
internal sealed record BenchOptions(IReadOnlyList<Variant> Variants, IReadOnlyList<Load> Loads, int RoundCount, string Folder)
{
    /// <summary>Null when the arguments can't be understood.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        var (variants, rounds, quick, folder) = (Variant.OfDurability, 0, false, AppContext.BaseDirectory);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : 0;
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    continue;
                case "--rounds" when number > 0:
                    rounds = number;
                    break;
                case "--budgets" when number > 0:
                    variants = Variant.OfBudgets(number);
                    break;
                case "--rows" when number > 0:
                    variants = Variant.OfGrowth(number);
                    break;
                case "--folder" when Directory.Exists(value):
                    folder = value;
                    break;
                default:
                    return null;
            }

            i++;
        }

        return new BenchOptions(variants, quick ? Load.Short : Load.All, rounds > 0 ? rounds : quick ? 2 : 5, folder);
    }

    public static int Usage()
    {
        Console.Error.WriteLine("[--budgets N | --rows N] [--rounds N] [--quick] [--folder PATH]");
        return 2;
    }
}
