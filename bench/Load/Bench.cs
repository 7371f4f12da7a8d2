using Latchkey.Load.Measure;
using Latchkey.Load.Reporting;

namespace Latchkey.Load;

/// <summary>Runs the peers in turn, every second round backwards.</summary>
internal static class Bench
{
    /// <summary>Above it a sample is measured once more, and the less disturbed one counts.</summary>
    private const double TooManyOthers = 0.2;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        if (!Machine.HasTwoCores)
        {
            Console.Error.WriteLine("The peer needs a core of its own: two at least.");
            return 1;
        }

        var samples = new List<Sample>();
        var contenders = new List<Contender>();
        await using var ring = await Ring.StartAsync(options);
        try
        {
            // Those who aren't measured just then stand still: they share a core.
            foreach (var peer in options.Peers.Where(p => ring.Has(p)))
            {
                var contender = await ring.EnterAsync(peer);
                contenders.Add(contender);
                if (options.Rows.Any(r => !r.IsHeld))
                {
                    await ring.WarmUpAsync(contender);
                }
            }

            for (var round = 0; round < options.RoundCount; round++)
            {
                foreach (var row in options.Rows)
                {
                    foreach (var contender in (round % 2 == 0 ? contenders : Enumerable.Reverse(contenders)).Where(c => !c.Peer.Skips.Contains(row.Name)))
                    {
                        var sample = new Sample(row.Name, contender.Peer.Name, round, await FiguresAsync(row, contender));
                        samples.Add(sample);
                        Progress.Print(sample);
                    }
                }
            }
        }
        finally
        {
            contenders.ForEach(c => c.Dispose());
        }

        var results = new RunResults(Machine.Describe(), DateOnly.FromDateTime(DateTime.UtcNow), options.RoundCount, samples);
        results.Save(options.Results);
        Console.WriteLine();
        Console.WriteLine(Tables.Of(results));
        return results.Mistakes == 0 ? 0 : 1;

        async Task<IReadOnlyDictionary<string, double>> FiguresAsync(Row row, Contender contender)
        {
            if (row.IsHeld)
            {
                return await ring.HoldAsync(contender.Peer, row.Loads);
            }

            var figures = await ring.MeasureAsync(contender, row.Loads[0]);
            if (figures["others"] <= TooManyOthers)
            {
                return figures;
            }

            var again = await ring.MeasureAsync(contender, row.Loads[0]);
            var (kept, left) = again["others"] < figures["others"] ? (again, figures) : (figures, again);
            kept["failures"] += left["failures"];
            kept["wrong"] += left["wrong"];
            return kept;
        }
    }
}
