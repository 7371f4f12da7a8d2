using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator;
using Latchkey.Simulator.Bookkeeping;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>
/// Budgets of every kind at once, spent by clients that leave, on an upstream that breaks, from a gateway that is killed and restarted.
/// <c>LATCHKEY_SOAK</c> sets for how many seconds, 20 by default; <c>LATCHKEY_SEED</c> which.
/// </summary>
public class BudgetSoakTests
{
    private const int Clients = 16;

    private const int SliceTokens = 256;

    /// <summary>What an open answer may spend above a rolling limit: a slice of the dearest model's output, with the surcharge that is reckoned in case.</summary>
    private const decimal Slice = SliceTokens * 0.000022m;

    private static readonly string[] Devices = ["soak-device-0", "soak-device-1", "soak-device-2", "soak-device-3"];

    // A call draws on three of them: a pool of its device's, its device's own, and everybody's.
    private static readonly SoakBudget[] Budgets =
    [
        new("pool-strict", "strict", Overshoot: 0m, Devices[..2], """{"scope":"device","members":["soak-device-0","soak-device-1"],"period":"total"}"""),
        new("pool-rolling", "rolling", Clients * Slice, Devices[2..], """{"scope":"device","members":["soak-device-2","soak-device-3"],"period":"total"}"""),
        new("hours", "rolling", Clients * Slice, Devices, """{"scope":"everything","period":"rolling","rolling_hours":24}"""),
        .. Devices.Select(device => new SoakBudget("each", "rolling", Clients * Slice, [device], """{"scope":"device","per_head":true,"period":"total"}""", device)),
    ];

    [Fact]
    public async Task no_budget_is_ever_overspent_beyond_its_bound_and_nothing_stays_held()
    {
        var length = TimeSpan.FromSeconds(Number("LATCHKEY_SOAK", 20));
        var random = new Random(Number("LATCHKEY_SEED", 4711));
        await using var simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0"]);
        await simulator.StartAsync();
        var tally = simulator.Services.GetRequiredService<Tally>();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 });
        var folder = Directory.CreateTempSubdirectory("latchkey-soak-");
        var ledger = new DurableLedger(folder.FullName);
        var gateway = await StartAsync();
        try
        {
            var tokens = new List<string>();
            foreach (var device in Devices)
            {
                tokens.Add(await PaidCall.TokenAsync(http, gateway.Address, device));
            }

            var figures = new SoakFigures();
            var clock = Stopwatch.StartNew();
            var (kills, stops, raises, looks) = (0, 0, 0, 0);
            for (var life = 1; clock.Elapsed < length; life++)
            {
                using var over = new CancellationTokenSource();
                var client = new SoakClient(http, gateway.Address, tokens, figures);
                var load = Enumerable.Range(0, Clients).Select(number => client.RunAsync($"{life}-{number}", random.Next(), over.Token)).ToList();
                var end = clock.Elapsed + TimeSpan.FromMilliseconds(random.Next(1_000, 6_000));
                while (clock.Elapsed < end)
                {
                    await LookAsync();
                    await Task.Delay(random.Next(20, 300));
                }

                if (random.Next(3) == 0)
                {
                    stops++;
                    await gateway.StopAsync();
                }
                else
                {
                    kills++;
                }

                await gateway.DisposeAsync();
                await over.CancelAsync();
                await Task.WhenAll(load);
                gateway = await StartAsync();
                await RestAsync();
            }

            await Eventually.TrueAsync(() => tally.InFlight == 0, "the Simulator should see that its callers are gone");
            var rows = await ledger.RowsAsync();
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{clock.Elapsed.TotalSeconds:F0} s, {kills} kills, {stops} stops, {raises} raises, {looks} looks; {figures}; "
                + $"{rows.Count} rows ({string.Join(", ", rows.CountBy(row => row.Ending).Select(count => $"{count.Value} {count.Key}"))})"));
            foreach (var budget in Budgets)
            {
                var stand = await Desk().ReadAsync(budget.Id, budget.Head);
                TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{budget.Id} {budget.Head}: spent {stand.Spent} of {stand.Limit} USD; most above the limit {budget.Most:F9}, stated {budget.Overshoot:F9}"));
            }

            var booked = rows.ToLookup(row => row.CallId);
            var made = tally.Rows().ToLookup(row => string.Concat(row.Request.HeaderValues(PaidCall.IdHeader)));
            rows.Select(row => row.CallId).Should().OnlyHaveUniqueItems("no call is booked twice");
            figures.WholeIds.Where(id => booked[id].SingleOrDefault() is not { Quality: "actual" })
                .Select(id => $"{id}: {booked[id].SingleOrDefault()}; {string.Join(", ", made[id].Select(call => $"{call.Ending} after {call.Events} events of {call.Scenario}"))}")
                .Should().BeEmpty("what was delivered whole is in the books, exactly");
            figures.Unexpected.Should().BeEmpty();
            figures.Whole.Should().BePositive();
            figures.Refused.Should().BePositive("the budgets should have been felt");

            // While calls are under way; and more money where it runs out.
            async Task LookAsync()
            {
                foreach (var budget in Budgets)
                {
                    var stand = await Desk().ReadAsync(budget.Id, budget.Head);
                    budget.Check(stand);
                    looks++;
                    if (random.Next(2) == 0 && stand.Limit - stand.Spent - stand.Reserved < 0.05m)
                    {
                        // Heads share one limit: whoever has spent most of it sets it.
                        await Desk().PutAsync(budget.Id, budget.WithLimit(Math.Max(stand.Limit, stand.Spent + (random.Next(50, 900) / 1000m))));
                        raises++;
                    }
                }
            }

            async Task RestAsync()
            {
                (await ledger.OpenExchangesAsync()).Should().Be(0);
                (await ledger.IntegrityAsync()).Should().Be("ok");
                var rows = await ledger.RowsAsync();
                foreach (var budget in Budgets)
                {
                    var stand = await Desk().ReadAsync(budget.Id, budget.Head);
                    budget.Check(stand);
                    stand.Reserved.Should().Be(0m, "nobody holds anything of {0}", budget.Id);
                    stand.Spent.Should().Be(
                        rows.Where(row => budget.Devices.Contains(row.DeviceId)).Sum(row => row.CostNanoDollars) / 1_000_000_000m, "{0} is what the rows say", budget.Id);
                }
            }
        }
        finally
        {
            await gateway.DisposeAsync();
            folder.Delete(recursive: true);
        }

        async Task<DurableGateway> StartAsync()
        {
            var started = await DurableGateway.StartAsync(http, simulator.Urls.First(), folder.FullName, settings:
            [
                ("Latchkey__Budgets__SliceTokens", SliceTokens.ToString(CultureInfo.InvariantCulture)),
                ("Latchkey__Breaker__FailuresToOpen", "1000"),
                ("Latchkey__Breaker__OverloadMinimumCalls", "100000"),
                ("Latchkey__Drain__Timeout", "00:00:10"),
            ]);
            if (Budgets[0].Limit == 0)
            {
                foreach (var budget in Budgets)
                {
                    await new BudgetDesk(http, started.Address).PutAsync(budget.Id, budget.WithLimit(0.2m));
                }
            }

            return started;
        }

        BudgetDesk Desk() => new(http, gateway.Address);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>One account that is watched.</summary>
    /// <param name="Id">The budget.</param>
    /// <param name="Mode">How it is held.</param>
    /// <param name="Overshoot">US dollars that may be spent above the limit, by the docs.</param>
    /// <param name="Devices">Whose calls count.</param>
    /// <param name="Definition">All but mode and limit.</param>
    /// <param name="Head">Of a budget per head, whose account; empty otherwise.</param>
    private sealed record SoakBudget(string Id, string Mode, decimal Overshoot, string[] Devices, string Definition, string Head = "")
    {
        public decimal Limit { get; private set; }

        /// <summary>The most that was ever seen above the limit; negative when it never was.</summary>
        public decimal Most { get; private set; } = decimal.MinValue;

        public JsonObject WithLimit(decimal limit)
        {
            var budget = JsonNode.Parse(Definition)!.AsObject();
            budget["mode"] = Mode;
            budget["limit_usd"] = Limit = limit;
            return budget;
        }

        public void Check(BudgetStand stand)
        {
            Most = Math.Max(Most, stand.Spent - stand.Limit);
            stand.Spent.Should().BeLessThanOrEqualTo(stand.Limit + Overshoot, "{0} {1} is the limit of {2}", Id, Head, Mode);
            if (Mode == "strict")
            {
                (stand.Spent + stand.Reserved).Should().BeLessThanOrEqualTo(stand.Limit, "nobody may hold what {0} hasn't got", Id);
            }
        }
    }
}
