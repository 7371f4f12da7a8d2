using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>
/// PostgreSQL goes away under load and comes back. <c>LATCHKEY_POSTGRES_OUTAGE</c> sets for how many seconds, 3 by default.
/// </summary>
public class PostgresOutageTests
{
    private const int Clients = 12;

    /// <summary>Generous: the bar of 5 s is for a machine that does nothing else.</summary>
    private static readonly TimeSpan CaughtUpWithin = TimeSpan.FromSeconds(30);

    /// <summary>Per client; all of them together make some hundred calls a second.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(110);

    [Fact]
    public Task nobody_notices_when_postgresql_is_killed_and_nothing_is_lost() =>
        TroubleAsync("killed", server => server.KillAsync(), server => server.StartAsync());

    [Fact]
    public Task nobody_waits_for_a_postgresql_that_is_frozen() =>
        TroubleAsync("frozen", server => server.FreezeAsync(), server => server.ThawAsync());

    private static async Task TroubleAsync(string what, Func<PostgresServer, Task> begin, Func<PostgresServer, Task> end)
    {
        var seconds = Environment.GetEnvironmentVariable("LATCHKEY_POSTGRES_OUTAGE") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 3;
        await using var server = await PostgresServer.NewAsync();
        await using var simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0"]);
        await simulator.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var folder = Directory.CreateTempSubdirectory("latchkey-outage-");
        var store = new SharedStore(server.Url);
        try
        {
            await using var gateway = await DurableGateway.StartAsync(http, simulator.Urls.First(), folder.FullName, settings: [("DATABASE_URL", server.Url)]);
            var token = await PaidCall.TokenAsync(http, gateway.Address);
            var answers = new ConcurrentQueue<(PaidAnswer Answer, TimeSpan Took, bool? Trouble)>();
            var trouble = (bool?)null;
            using var over = new CancellationTokenSource();
            var load = Enumerable.Range(0, Clients).Select(LoadAsync).ToList();

            // What a process does for the first time takes longer: those calls aren't timed.
            await Task.Delay(TimeSpan.FromSeconds(2));
            trouble = false;
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            await begin(server);
            trouble = true;
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            trouble = false;
            var waited = SharedStore.Waiting(folder.FullName);
            await end(server);
            var back = Stopwatch.StartNew();
            var settled = SharedStore.Settled(folder.FullName);
            await Eventually.TrueAsync(async () => await store.CountAsync() >= settled, "what was settled meanwhile should arrive");
            var caughtUp = back.Elapsed;
            await over.CancelAsync();
            await Task.WhenAll(load);

            var found = await store.AgreesWithAsync(folder.FullName);
            waited.Should().BePositive("it was away under load");
            answers.Should().AllSatisfy(a => a.Answer.Should().Match<PaidAnswer>(x => x.Whole && x.Status == HttpStatusCode.OK));
            answers.Count.Should().Be((int)await store.CountAsync());
            caughtUp.Should().BeLessThan(CaughtUpWithin);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what} for {seconds} s: {answers.Count} calls, 0 errors; {waited} rows waited, caught up {caughtUp.TotalSeconds:F2} s after its return; {found}; "
                + $"calls took {Times(answers, during: false)} with PostgreSQL and {Times(answers, during: true)} without"));

            async Task LoadAsync(int client)
            {
                using var beat = new PeriodicTimer(Beat);
                for (var call = 1; !over.IsCancellationRequested; call++)
                {
                    var took = Stopwatch.StartNew();
                    var during = trouble;
                    var answer = await PaidCall.MakeAsync(http, gateway.Address, token, $"outage-{client}-{call}", stream: call % 2 == 0, "Hello");
                    answers.Enqueue((answer, took.Elapsed, during));
                    await beat.WaitForNextTickAsync(CancellationToken.None);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Times(IEnumerable<(PaidAnswer Answer, TimeSpan Took, bool? Trouble)> answers, bool during)
    {
        var times = answers.Where(a => a.Trouble == during).Select(a => a.Took.TotalMilliseconds).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{times[times.Count / 2]:F1} ms (p50), {times[(int)(times.Count * 0.99)]:F1} ms (p99)");
    }
}
