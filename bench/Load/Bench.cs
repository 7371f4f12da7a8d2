using System.Diagnostics;
using Latchkey.Load.Measure;
using Latchkey.Load.Peers;

namespace Latchkey.Load;

/// <summary>Runs the peers in turn, every second round backwards.</summary>
internal static class Bench
{
    /// <summary>
    /// Before anything is measured: connections are open, and code is compiled. A runtime that compiles in the background does so in pauses only, and
    /// in several steps.
    /// </summary>
    private static readonly Load[] WarmUp =
    [
        new("json", "1k", "closed", 64, 0.7), new("json", "50k", "closed", 64, 0.5), new("json", "1500k", "closed", 8, 0.5), new("busy", "1k", "streams", 100, 0.3, 1),
    ];

    private const int WarmUps = 3;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        if (!Machine.HasTwoCores)
        {
            Console.Error.WriteLine("The peer needs a core of its own: two at least.");
            return 1;
        }

        var folder = Directory.CreateTempSubdirectory("latchkey-load-").FullName;
        var samples = new List<Sample>();
        var contenders = new List<Contender>();
        Upstreams? upstreams = null;
        try
        {
            upstreams = await Upstreams.StartAsync(options.Native, folder);
            foreach (var peer in options.Peers)
            {
                var site = NewSite();
                if (!peer.Exists(site))
                {
                    Console.WriteLine($"{peer.Name}: not here, left out");
                    continue;
                }

                var contender = await Contender.StartAsync(peer, site);
                contenders.Add(contender);
                foreach (var load in Enumerable.Repeat(WarmUp, WarmUps).SelectMany(l => l))
                {
                    await MeasureAsync(contender, load);
                    await contender.RestAsync();
                }
            }

            for (var round = 0; round < options.RoundCount; round++)
            {
                foreach (var row in options.Rows)
                {
                    foreach (var contender in round % 2 == 0 ? contenders : Enumerable.Reverse(contenders))
                    {
                        var sample = new Sample(row.Name, contender.Peer.Name, round, await MeasureAsync(contender, row.Load));
                        samples.Add(sample);
                        Report.Progress(sample);
                    }
                }
            }

            Report.Write(options, samples);
            return samples.Sum(s => s.Figures["failures"] + s.Figures["wrong"]) == 0 ? 0 : 1;
        }
        finally
        {
            contenders.ForEach(c => c.Dispose());
            upstreams?.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        Site NewSite() => new(
            Directory.CreateDirectory(Path.Combine(folder, $"{contenders.Count}")).FullName, Upstreams.FreePort(),
            upstreams.Plain, upstreams.Secure, upstreams.Authority, options.Gateway);

        async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Contender contender, Load load)
        {
            using var client = new Client(Path.Combine(options.Native, "client"));
            client.Start(contender.Port, contender.Headers, load);
            await client.MarkAsync("begin");
            var (started, busy, own) = (Stopwatch.GetTimestamp(), Machine.BusySeconds(), OwnCpu(client));
            var before = contender.CpuSeconds;
            await client.MarkAsync("end");
            var cpu = contender.CpuSeconds - before;
            var others = (Machine.BusySeconds() - busy - cpu - (OwnCpu(client) - own)) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            return Figures.Of(await client.EndAsync(), cpu, Math.Max(0, others));
        }

        double OwnCpu(Client client) => client.CpuSeconds + upstreams.CpuSeconds + Environment.CpuUsage.TotalTime.TotalSeconds;
    }
}
