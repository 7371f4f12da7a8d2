using System.Diagnostics;
using System.Globalization;
using Latchkey.Load.Peers;

namespace Latchkey.Load.Measure;

/// <summary>Where the peers are measured: the stand-in on one side, the client on the other.</summary>
internal sealed class Ring : IAsyncDisposable
{
    /// <summary>
    /// Before anything is measured: connections are open, and code is compiled. A runtime that compiles in the background does so in pauses only, and
    /// in several steps.
    /// </summary>
    private static readonly Load[] WarmUp =
    [
        new("json", "1k", "closed", 64, 0.7), new("json", "50k", "closed", 64, 0.5), new("json", "1500k", "closed", 8, 0.5), new("busy", "1k", "streams", 100, 0.3, 1),
    ];

    private const int MostWarmUps = 10;

    private static readonly Load FirstCalls = new("json", "1k", "open", 200, 0.5);

    private readonly BenchOptions _options;
    private readonly string _folder;
    private readonly Upstreams _upstreams;
    private int _sites;

    private Ring(BenchOptions options, string folder, Upstreams upstreams) => (_options, _folder, _upstreams) = (options, folder, upstreams);

    public static async Task<Ring> StartAsync(BenchOptions options)
    {
        // Beside the program: the ledger of a gateway belongs on a disk, and /tmp may be memory.
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"ring-{Environment.ProcessId}")).FullName;
        return new Ring(options, folder, await Upstreams.StartAsync(options.Native, folder));
    }

    public bool Has(IPeer peer)
    {
        var has = peer.Exists(NewSite());
        if (!has)
        {
            Console.WriteLine($"{peer.Name} isn't installed: left out");
        }

        return has;
    }

    public Task<Contender> EnterAsync(IPeer peer) => Contender.StartAsync(peer, NewSite());

    public async Task WarmUpAsync(Contender contender)
    {
        // Until a request has twice not become cheaper.
        var (best, worse) = (double.MaxValue, contender.Peer.CompilesItself ? 0 : 1);
        for (var turn = 0; turn < MostWarmUps && worse < 2; turn++)
        {
            var cost = 0.0;
            foreach (var load in WarmUp)
            {
                var seen = await MeasureAsync(contender, load);
                cost += load.Size == "1500k" ? 0 : seen.GetValueOrDefault("cpu-ms");
                await contender.RestAsync();
            }

            worse += cost > 0.9 * best || !contender.Peer.CompilesItself ? 1 : 0;
            best = Math.Min(best, cost);
        }
    }

    /// <summary>Puts a load on a peer.</summary>
    public async Task<Dictionary<string, double>> MeasureAsync(Contender contender, Load load)
    {
        using var client = new Client(Path.Combine(_options.Native, "client"));
        client.Start(contender.Port, contender.Headers, load);
        await client.MarkAsync("begin");
        var (started, busy, own) = (Stopwatch.GetTimestamp(), Machine.BusySeconds(), OwnCpu(client));
        var before = contender.CpuSeconds;
        await client.MarkAsync("end");
        var cpu = contender.CpuSeconds - before;
        var others = (Machine.BusySeconds() - busy - cpu - (OwnCpu(client) - own)) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return Figures.Of(await client.EndAsync(), cpu, Math.Max(0, others));
    }

    /// <summary>Starts a peer anew, and sees how its memory grows with streams that are held.</summary>
    public async Task<IReadOnlyDictionary<string, double>> HoldAsync(IPeer peer, IReadOnlyList<Load> holds)
    {
        using var contender = await EnterAsync(peer);
        await MeasureAsync(contender, FirstCalls);
        await contender.RestAsync();
        var idle = contender.MemoryKb;
        var figures = new Dictionary<string, double> { ["idle-mb"] = idle / 1024, ["failures"] = 0, ["wrong"] = 0 };
        var clients = new List<Client>();
        try
        {
            var held = 0;
            foreach (var load in holds)
            {
                var client = new Client(Path.Combine(_options.Native, "client"));
                clients.Add(client);
                client.Start(contender.Port, contender.Headers, load);
                await client.MarkAsync("begin");
                await client.MarkAsync("end");
                await contender.RestAsync();
                held += load.Count;
                figures[string.Create(CultureInfo.InvariantCulture, $"kb-{held}")] = (contender.MemoryKb - idle) / held;
            }

            foreach (var client in clients)
            {
                await client.ReleaseAsync();
                var seen = await client.EndAsync();
                figures["failures"] += seen.Failures;
                figures["wrong"] += seen.Wrong;
            }

            return figures;
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }
    }

    public ValueTask DisposeAsync()
    {
        _upstreams.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private Site NewSite() => new(
        Directory.CreateDirectory(Path.Combine(_folder, $"{_sites++}")).FullName, Upstreams.FreePort(),
        _upstreams.Plain, _upstreams.Secure, _upstreams.Authority, _options.Gateway, _options.Npm);

    private double OwnCpu(Client client) => client.CpuSeconds + _upstreams.CpuSeconds + Environment.CpuUsage.TotalTime.TotalSeconds;
}
