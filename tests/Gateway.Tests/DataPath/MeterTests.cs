using System.Diagnostics;
using System.Globalization;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>The ledger against the Simulator's own books, which are kept by other code. <c>LATCHKEY_EXCHANGES</c> sets how many, 20,000 by default.</summary>
public class MeterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task the_ledger_is_the_upstreams_truth_to_the_nano_dollar_over_twenty_thousand_mixed_exchanges()
    {
        var exchanges = Environment.GetEnvironmentVariable("LATCHKEY_EXCHANGES") is { Length: > 0 } set ? int.Parse(set, CultureInfo.InvariantCulture) : 20_000;
        await using var gateway = await TestGateway.StartAsync(
            [.. SharedWorld.PatientBreakers, ("Latchkey:Limits:CountTokensPerWindow", "0"), ("Logging:LogLevel:Default", "Warning")]);
        gateway.Tally.KeepBodies = true;
        var client = new MeterClient(gateway, await gateway.TokenAsync());
        var took = Stopwatch.StartNew();
        await Parallel.ForAsync(
            0, exchanges, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (seed, _) => await client.RunAsync(MeterMix.Of(seed)));
        took.Stop();

        // Calls whose clients have left settle a moment later: a gateway that has stopped has settled all of them.
        await gateway.StopAsync();
        await UntilIdleAsync(gateway.Tally);
        var rows = await gateway.LedgerAsync();
        var tally = gateway.Tally.Rows().ToLookup(row => MeterClient.IdOf(row.Request));
        var ledger = rows.ToLookup(row => (string)row["client_session_id"]!);
        var books = new MeterBooks();
        var (missing, doubled, sentTwice) = (0, 0, 0);
        for (var seed = 0; seed < exchanges; seed++)
        {
            var call = MeterMix.Of(seed);
            var truth = tally[call.Id].ToList();
            var found = ledger[call.Id].ToList();
            sentTwice += truth.Count > 1 ? 1 : 0;
            doubled += found.Count > 1 ? 1 : 0;
            if (found.Count == 1)
            {
                books.Compare(call, found[0], truth.FirstOrDefault());
            }
            else if (found.Count == 0 && (truth.Count > 0 || call.LeavesAfter is null))
            {
                // Who leaves before the gateway has read the request isn't let in.
                missing++;
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{exchanges} exchanges in {took.Elapsed.TotalSeconds:F1} s, {rows.Count} rows ({Counts(rows, "quality")}; {Counts(rows, "ending")}); exact ones cost {books.LedgerCost} nano-dollars; sums {string.Join(' ', books.LedgerSum)}"));
        books.Differing.Should().BeEmpty();
        (missing, doubled, sentTwice).Should().Be((0, 0, 0));
        ledger.Select(group => group.Key).Should().BeSubsetOf(Enumerable.Range(0, exchanges).Select(seed => MeterMix.Of(seed).Id));
        books.LedgerSum.Should().Equal(books.TruthSum);
        ((decimal)books.LedgerCost).Should().Be(books.TruthCost);
        (await MeterRollUps.ByHourAsync(gateway.DataDirectory)).Should().Equal(MeterRollUps.ByHour(rows));
        (await MeterRollUps.ByDayAsync(gateway.DataDirectory)).Should().Equal(MeterRollUps.ByDay(rows));

        // It was the mix that it says: many were really left on their way, and most came to their end.
        rows.Count(row => (string)row["ending"]! == "client_gone").Should().BeGreaterThan(exchanges / 6);
        rows.Count(row => (string)row["quality"]! == "actual").Should().BeGreaterThan(exchanges / 2);
    }

    private static async Task UntilIdleAsync(Tally tally)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (tally.InFlight > 0)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static string Counts(IEnumerable<Dictionary<string, object?>> rows, string column) =>
        string.Join(", ", rows.CountBy(row => (string)row[column]!).OrderByDescending(count => count.Value).Select(count => $"{count.Value} {count.Key}"));
}
