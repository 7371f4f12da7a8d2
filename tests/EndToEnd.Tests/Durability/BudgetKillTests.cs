using System.Net;
using System.Text.Json.Nodes;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator;

namespace Latchkey.EndToEnd.Tests.Durability;

public class BudgetKillTests
{
    private const int Calls = 3;

    [Fact]
    public async Task what_killed_calls_held_is_free_again_and_what_they_used_is_spent()
    {
        await using var simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0"]);
        await simulator.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var folder = Directory.CreateTempSubdirectory("latchkey-budget-");
        var ledger = new DurableLedger(folder.FullName);
        var gateway = await DurableGateway.StartAsync(http, simulator.Urls.First(), folder.FullName);
        try
        {
            var token = await PaidCall.TokenAsync(http, gateway.Address);
            await LimitAsync(100m);
            var killed = Enumerable.Range(0, Calls)
                .Select(call => PaidCall.MakeAsync(http, gateway.Address, token, $"killed-{call}", stream: true, "[simulate: events=50 stall=9]")).ToList();
            await Eventually.TrueAsync(async () => await ledger.CheckpointsAsync() == Calls, "every stream should have begun");
            var held = (await Desk().ReadAsync("pool")).Reserved;
            held.Should().BePositive();

            // No more than what they hold: nobody else fits.
            await LimitAsync(held + 0.000001m);
            (await CallAsync("before")).Status.Should().Be(HttpStatusCode.TooManyRequests);
            await gateway.DisposeAsync();
            (await Task.WhenAll(killed)).Should().OnlyContain(answer => !answer.Whole);
            gateway = await DurableGateway.StartAsync(http, simulator.Urls.First(), folder.FullName);

            var crashed = await ledger.RowsAsync();
            crashed.Should().HaveCount(Calls).And.OnlyContain(row => row.Ending == "crashed" && row.CostNanoDollars > 0);
            var spent = crashed.Sum(row => row.CostNanoDollars) / 1_000_000_000m;
            (await Desk().ReadAsync("pool")).Should().Be(new BudgetStand(held + 0.000001m, spent, 0m));
            (await CallAsync("after")).Status.Should().Be(HttpStatusCode.OK);

            Task<PaidAnswer> CallAsync(string name) => PaidCall.MakeAsync(http, gateway.Address, token, name, stream: false, "Hello");
        }
        finally
        {
            await gateway.DisposeAsync();
            folder.Delete(recursive: true);
        }

        BudgetDesk Desk() => new(http, gateway.Address);

        Task LimitAsync(decimal limit) => Desk().PutAsync(
            "pool", new JsonObject { ["scope"] = "everything", ["period"] = "total", ["mode"] = "strict", ["limit_usd"] = limit });
    }
}
