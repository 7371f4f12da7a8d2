using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>SIGKILL at random moments. <c>LATCHKEY_KILLS</c> sets how many, 12 by default; <c>LATCHKEY_SEED</c> which.</summary>
public class KillTests
{
    private const int Clients = 12;

    /// <summary>Generous: the bar of 2 s is for a machine that does nothing else.</summary>
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);

    /// <summary>Per client; all of them together make some hundred calls a second.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(110);

    [Fact]
    public Task whatever_was_delivered_is_in_the_books_exactly_once_however_often_the_gateway_is_killed() => KillAsync(null);

    [Fact]
    public async Task and_so_it_is_in_postgresql()
    {
        await using var server = await PostgresServer.NewAsync();
        await KillAsync(server.Url);
    }

    private static async Task KillAsync(string? databaseUrl)
    {
        (string, string)[] settings = databaseUrl is null ? [] : [("DATABASE_URL", databaseUrl)];
        var kills = Number("LATCHKEY_KILLS", 12);
        var random = new Random(Number("LATCHKEY_SEED", 4711));
        await using var simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0"]);
        await simulator.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var folder = Directory.CreateTempSubdirectory("latchkey-kill-");
        var ledger = new DurableLedger(folder.FullName);
        var answers = new ConcurrentQueue<PaidAnswer>();
        var startTimes = new List<TimeSpan>();
        var gateway = await DurableGateway.StartAsync(http, simulator.Urls.First(), folder.FullName, settings: settings);
        try
        {
            var token = await PaidCall.TokenAsync(http, gateway.Address);
            for (var kill = 1; kill <= kills; kill++)
            {
                using var over = new CancellationTokenSource();
                var load = Enumerable.Range(0, Clients).Select(client => LoadAsync(gateway.Address, $"{kill}-{client}", random.Next(), over.Token)).ToList();
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 700)));
                await gateway.DisposeAsync();
                await over.CancelAsync();
                await Task.WhenAll(load);

                var start = Stopwatch.StartNew();
                gateway = await DurableGateway.StartAsync(http, simulator.Urls.First(), folder.FullName, settings: settings);
                startTimes.Add(start.Elapsed);
                (await ledger.OpenExchangesAsync()).Should().Be(0, "what was left open is settled before the first call");
                (await ledger.IntegrityAsync()).Should().Be("ok");
            }

            async Task LoadAsync(Uri address, string name, int seed, CancellationToken over)
            {
                var choice = new Random(seed);
                using var beat = new PeriodicTimer(Beat);
                for (var call = 1; !over.IsCancellationRequested; call++)
                {
                    var stream = choice.Next(2) == 0;
                    var pace = stream ? $"[simulate: events=8 event-delay={choice.Next(0, 20)}]" : $"[simulate: first-byte-delay={choice.Next(0, 80)}]";
                    answers.Enqueue(await PaidCall.MakeAsync(http, address, token, $"kill-{name}-{call}", stream, pace));
                    if (!over.IsCancellationRequested)
                    {
                        await beat.WaitForNextTickAsync(CancellationToken.None);
                    }
                }
            }

            var tally = simulator.Services.GetRequiredService<Tally>();
            await Eventually.TrueAsync(() => tally.InFlight == 0, "the Simulator should see that its callers are gone");
            var figures = Compare(await ledger.RowsAsync(), tally.Rows(), answers);
            if (databaseUrl is not null)
            {
                figures += "; PostgreSQL: " + await new SharedStore(databaseUrl).AgreesWithAsync(folder.FullName);
            }

            startTimes.Should().AllSatisfy(took => took.Should().BeLessThan(ReadyWithin));
            startTimes.Sort();
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kills} kills; ready again after {startTimes[startTimes.Count / 2].TotalSeconds:F2} s (median), {startTimes[^1].TotalSeconds:F2} s (longest); {figures}"));
        }
        finally
        {
            await gateway.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static string Compare(IReadOnlyList<DurableRow> rows, IReadOnlyList<TallyRow> tally, ConcurrentQueue<PaidAnswer> answers)
    {
        var booked = rows.ToLookup(row => row.CallId);
        var seen = tally.ToLookup(row => row.Request.HeaderValues(PaidCall.IdHeader).Single());
        booked.Should().AllSatisfy(call => call.Should().ContainSingle("a call is booked once: {0}", call.Key));
        seen.Should().AllSatisfy(call => call.Should().ContainSingle("a call is made once: {0}", call.Key));
        booked.Select(call => call.Key).Should().BeSubsetOf(answers.Select(answer => answer.Id));
        var unbooked = 0;
        foreach (var answer in answers)
        {
            var row = booked[answer.Id].SingleOrDefault();
            if (answer.Status is not null)
            {
                answer.Status.Should().Be(HttpStatusCode.OK);
                row.Should().NotBeNull("something of {0} was delivered", answer.Id);
            }
            else if (row is null && seen.Contains(answer.Id))
            {
                // The one window: the admission's own commit, while nothing has been relayed yet.
                unbooked++;
            }

            if (answer.Whole)
            {
                row.Should().Match<DurableRow>(r => r.Ending == "completed" && r.Quality == "actual" && r.UpstreamRequestId == answer.UpstreamRequestId);
            }

            if (row is { Ending: "completed" })
            {
                var truth = seen[answer.Id].Single();
                row.UpstreamRequestId.Should().Be(truth.RequestId);
                row.Tokens.Should().Be(TokenKinds.Of(truth.Generated!));
            }
        }

        var whole = answers.Count(answer => answer.Whole);
        whole.Should().BePositive();
        rows.Select(row => row.Ending).Should().OnlyContain(ending => ending == "completed" || ending == "crashed");
        rows.Where(row => row is { Quality: "estimated", Tokens.Output: > 0 }).Should().OnlyContain(row => row.UpstreamRequestId != null, "a checkpoint knows whose answer it counts");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{answers.Count} calls, {tally.Count} of them upstream, {whole} whole answers; rows: {rows.Count(row => row.Ending == "completed")} completed, "
            + $"{rows.Count(row => row.Ending == "crashed")} crashed ({rows.Count(row => row is { Ending: "crashed", Tokens.Output: > 0 })} with figures); "
            + $"{unbooked} killed in their first commit");
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
