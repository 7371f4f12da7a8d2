using System.Diagnostics;

namespace Latchkey.Durability;

/// <summary>Runs the gateways in turn, every second round backwards, and holds what their ledgers have against what was answered.</summary>
internal static class Rounds
{
    public static async Task<int> RunAsync(BenchOptions options)
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.Folder, $"durability-{Environment.ProcessId}")).FullName;
        var bench = Process.GetCurrentProcess();
        Peer? upstream = null;
        var peers = new List<(Variant Variant, string Folder, Peer Peer, Client Client)>();
        try
        {
            Report.Machine(folder, Machine.SyncMilliseconds(folder));
            upstream = await Peer.StartAsync(folder, "upstream");
            foreach (var variant in options.Variants)
            {
                // As the samples for servers have it: the data isn't below the folder that the gateway runs in.
                var data = Directory.CreateDirectory(Path.Combine(folder, $"{peers.Count}", "data")).FullName;
                var run = Directory.CreateDirectory(Path.Combine(folder, $"{peers.Count}", "run")).FullName;
                if (variant.Rows > 0)
                {
                    LedgerFile.Fill(data, variant.Rows);
                }

                var peer = await Peer.StartAsync(run, "gateway", variant.Keeps.ToString(), upstream.Address.GetLeftPart(UriPartial.Authority), data);
                peers.Add((variant, data, peer, await Client.StartAsync(peer.Address, variant.Budgets)));
            }

            foreach (var (_, _, peer, client) in peers)
            {
                foreach (var load in Load.WarmUp)
                {
                    await client.DriveAsync(load);
                    await peer.RestAsync();
                }
            }

            var figures = new Dictionary<(Load, Variant), List<Figures>>();
            for (var round = 0; round < options.RoundCount; round++)
            {
                foreach (var load in options.Loads)
                {
                    foreach (var (variant, _, peer, client) in round % 2 == 0 ? peers : Enumerable.Reverse(peers))
                    {
                        figures.TryAdd((load, variant), []);
                        figures[(load, variant)].Add(await MeasureAsync(load, peer, client));
                    }
                }
            }

            Report.Figures(options, figures);
            return await AccountAsync();
        }
        finally
        {
            foreach (var (_, _, peer, client) in peers)
            {
                client.Dispose();
                peer.Dispose();
            }

            upstream?.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        async Task<Figures> MeasureAsync(Load load, Peer peer, Client client)
        {
            var (busy, own, above, before) = (Machine.BusySeconds(), BenchCpu(), await upstream.CpuAsync(), await peer.CpuAsync());
            var started = Stopwatch.GetTimestamp();
            var (calls, took) = await client.DriveAsync(load);
            var cpu = await peer.CpuAsync() - before;
            var ours = cpu + (await upstream.CpuAsync() - above) + (BenchCpu() - own);
            var others = (Machine.BusySeconds() - busy - ours.TotalSeconds) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            return Figures.Of(calls, took, cpu, Math.Max(0, others));
        }

        TimeSpan BenchCpu()
        {
            bench.Refresh();
            return bench.TotalProcessorTime;
        }

        async Task<int> AccountAsync()
        {
            var wrong = 0;
            foreach (var (variant, data, peer, client) in peers)
            {
                // Killed, not stopped: what was answered is on the disk.
                client.Dispose();
                peer.Dispose();
                var (rows, open) = await LedgerFile.CountAsync(data);
                var expected = variant.Keeps ? variant.Rows + client.Answered : 0;
                Report.Rows(variant, client.Answered, rows, open);
                wrong += rows == expected && open == 0 ? 0 : 1;
            }

            peers.Clear();
            return wrong == 0 ? 0 : 1;
        }
    }
}
