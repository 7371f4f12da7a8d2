using System.Diagnostics;
using System.Globalization;

namespace Latchkey.Forwarders;

/// <summary>Runs the relays in turn, every second round backwards, and prints medians.</summary>
internal static class Rounds
{
    private const int UpstreamPort = 18100;
    private const int Streams = 100;

    private static readonly string[] Relays = ["own", "yarp"];

    private static readonly (string Name, int Body, bool Stream, int Calls)[] Loads =
    [
        ("1 KB request", 1024, false, 20_000),
        ("50 KB request", 50 * 1024, false, 6_000),
        ("1.5 MB request", 1536 * 1024, false, 300),
        ("event of a stream", 1024, true, Streams),
    ];

    public static async Task<int> RunAsync(int rounds)
    {
        var upstream = Start("upstream", UpstreamPort.ToString(CultureInfo.InvariantCulture));
        var processes = new List<Process> { upstream };
        try
        {
            var costs = new Dictionary<(string Relay, string Load), List<double>>();
            var peers = Relays.Select((relay, i) =>
            {
                var port = UpstreamPort + 1 + i;
                var process = Start(relay, port.ToString(CultureInfo.InvariantCulture), $"http://127.0.0.1:{UpstreamPort}");
                processes.Add(process);
                return (Relay: relay, Process: process, Client: Client(port));
            }).ToList();
            foreach (var peer in peers)
            {
                await AliveAsync(peer.Client);
                await DriveAsync(peer.Client, Loads[0] with { Calls = 5000 });
            }

            for (var round = 0; round < rounds; round++)
            {
                foreach (var load in Loads)
                {
                    foreach (var peer in round % 2 == 0 ? peers : Enumerable.Reverse(peers))
                    {
                        var before = CpuOf(peer.Process);
                        await DriveAsync(peer.Client, load);
                        var units = load.Stream ? load.Calls * Peers.Events : load.Calls;
                        var key = (peer.Relay, load.Name);
                        costs.TryAdd(key, []);
                        costs[key].Add((CpuOf(peer.Process) - before).TotalMicroseconds / units);
                    }
                }
            }

            Print(costs);
            return 0;
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill();
                process.Dispose();
            }
        }
    }

    private static void Print(Dictionary<(string Relay, string Load), List<double>> costs)
    {
        Console.WriteLine("processor time in µs: median (least to most)");
        foreach (var load in Loads)
        {
            var own = costs[("own", load.Name)].Order().ToList();
            var yarp = costs[("yarp", load.Name)].Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{load.Name,-18} own {Middle(own),8:F1} ({own[0]:F1} to {own[^1]:F1})   yarp {Middle(yarp),8:F1} ({yarp[0]:F1} to {yarp[^1]:F1})   own/yarp {Middle(own) / Middle(yarp):F2}"));
        }
    }

    private static double Middle(List<double> sorted) => sorted[sorted.Count / 2];

    private static async Task DriveAsync(HttpClient client, (string Name, int Body, bool Stream, int Calls) load)
    {
        var body = new byte[load.Body];
        var left = load.Calls;
        await Task.WhenAll(Enumerable.Range(0, load.Stream ? Streams : 32).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            await Task.Yield();
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var content = new ByteArrayContent(body);
                using var response = await client.PostAsync(load.Stream ? "/v1/messages?stream=1" : "/v1/messages", content);
                response.EnsureSuccessStatusCode();
            }
        }
    }

    private static async Task AliveAsync(HttpClient client)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                using var response = await client.PostAsync("/v1/messages", new ByteArrayContent([1]));
                response.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (i < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    private static TimeSpan CpuOf(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private static HttpClient Client(int port) =>
        new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments))!;
}
