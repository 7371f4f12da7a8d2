using System.Globalization;
using Latchkey.Load.Peers;

namespace Latchkey.Load;

/// <summary>What is compared, and how long.</summary>
/// <param name="Peers">In the order of the tables.</param>
/// <param name="Rows">In the order of the tables.</param>
/// <param name="RoundCount">How often.</param>
/// <param name="Gateway">The folder of the published gateway.</param>
/// <param name="Native">The folder of the stand-in and the client.</param>
/// <param name="Npm">The folder with the peers that are packages of npm.</param>
/// <param name="Results">The file that is written.</param>
internal sealed record BenchOptions(IReadOnlyList<IPeer> Peers, IReadOnlyList<Row> Rows, int RoundCount, string Gateway, string Native, string Npm, string Results)
{
    private static readonly string[] QuickPeers = ["direct", "nginx", "latchkey", "nginx-tls", "latchkey-tls"];

    /// <summary>Null when the arguments can't be understood.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        var (peers, rows, rounds, quick) = (Array.Empty<string>(), Array.Empty<string>(), 0, false);
        var (gateway, native, npm, results) = ("", "", "", "");
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    continue;
                case "--peers" when value.Length > 0:
                    peers = value.Split(',');
                    break;
                case "--rows" when value.Length > 0:
                    rows = value.Split(',');
                    break;
                case "--rounds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out rounds) && rounds > 0:
                    break;
                case "--latchkey" when Directory.Exists(value):
                    gateway = Path.GetFullPath(value);
                    break;
                case "--native" when Directory.Exists(value):
                    native = Path.GetFullPath(value);
                    break;
                case "--npm" when Directory.Exists(value):
                    npm = Path.GetFullPath(value);
                    break;
                case "--results" when value.Length > 0:
                    results = Path.GetFullPath(value);
                    break;
                default:
                    return null;
            }

            i++;
        }

        var names = peers.Length > 0 ? peers : quick ? QuickPeers : [.. PeerList.All.Select(p => p.Name)];
        var known = names.All(n => PeerList.All.Any(p => p.Name == n)) && rows.All(n => Row.All.Any(r => r.Name == n));
        return known && native.Length > 0 && results.Length > 0
            ? new BenchOptions(
                [.. PeerList.All.Where(p => names.Contains(p.Name))],
                [.. Row.All.Where(r => rows.Length == 0 ? !r.OnlyWhenNamed : rows.Contains(r.Name))],
                rounds > 0 ? rounds : quick ? 1 : 5, gateway, native, npm, results)
            : null;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"""
            bench/run.sh --report | [--quick] [--rounds N] [--peers A,B] [--rows A,B] [--latchkey FOLDER] [--results FILE]
              peers  {string.Join(' ', PeerList.All.Select(p => p.Name))}
              rows   {string.Join(' ', Row.All.Select(r => r.Name))}
            """);
        return 2;
    }
}
