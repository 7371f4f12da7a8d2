using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator;
using Latchkey.Simulator.Bookkeeping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.EndToEnd.Tests.Durability;

public class DiskTroubleTests
{
    [Theory]
    [InlineData(DiskTrouble.Full)]
    [InlineData(DiskTrouble.Refusing)]
    [InlineData(DiskTrouble.ReadOnly)]
    public async Task while_the_disk_takes_nothing_what_costs_money_is_refused_and_what_is_under_way_is_finished_and_booked_later(DiskTrouble trouble)
    {
        var pause = TimeSpan.FromMinutes(1);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0"], clock);
        await simulator.StartAsync();
        var tally = simulator.Services.GetRequiredService<Tally>();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await using var disk = await TroubledDisk.MakeAsync(trouble);
        await using var gateway = await DurableGateway.StartAsync(http, simulator.Urls.First(), disk.Folder, disk.Wrapper, "util-linux");
        var id = await gateway.ProcessIdAsync();
        var token = await PaidCall.TokenAsync(http, gateway.Address);
        var newcomer = await PaidCall.TokenAsync(http, gateway.Address, "durable-device-02");
        var desk = new BudgetDesk(http, gateway.Address);
        await desk.PutAsync("pool", new JsonObject { ["scope"] = "everything", ["period"] = "total", ["mode"] = "strict", ["limit_usd"] = 100 });
        await desk.PutAsync("each", new JsonObject { ["scope"] = "device", ["per_head"] = true, ["period"] = "total", ["limit_usd"] = 100 });
        var answers = new List<PaidAnswer> { await CallAsync("before") };
        var arrived = tally.WaitForArrivalAsync(call => call.HeaderValues(PaidCall.IdHeader).Contains("running"), CancellationToken.None);
        var running = PaidCall.MakeAsync(http, gateway.Address, token, "running", stream: true, $"[simulate: stall=4,{pause.TotalMilliseconds}]");
        await arrived;
        await Eventually.TrueAsync(async () => await disk.Ledger(id).OpenExchangesAsync() == 1, "the running stream should be admitted");

        await disk.BeginAsync(id);

        // Of this device nobody has read yet what it has spent: that must not keep its call waiting for the disk.
        answers.AddRange(await FirstCallAsync());
        var refused = await CallUntilAsync(HttpStatusCode.ServiceUnavailable);
        await LookAsync();
        clock.Advance(pause);
        answers.Add(await running);
        (await disk.Ledger(id).IntegrityAsync()).Should().Be("ok");
        var written = (await disk.Ledger(id).RowsAsync()).Select(row => row.CallId).ToList();
        written.Should().Contain("before").And.NotContain("running");
        written.Should().BeSubsetOf(answers.Select(answer => answer.Id), "on a full disk the journal goes on as far as its file was made in advance");
        (written.Count == 1 || trouble is DiskTrouble.Full).Should().BeTrue();
        (await CallAsync("still")).Status.Should().Be(HttpStatusCode.ServiceUnavailable);

        await disk.EndAsync(id);
        answers.Add(await CallUntilAsync(HttpStatusCode.OK));
        (await disk.Ledger(id).IntegrityAsync()).Should().Be("ok");
        using (var error = JsonDocument.Parse(refused.Body))
        {
            error.RootElement.GetProperty("error").GetProperty("type").GetString().Should().Be("overloaded_error");
        }

        var truth = tally.Rows().ToDictionary(row => row.Request.HeaderValues(PaidCall.IdHeader).Single());
        var stream = answers.Single(answer => answer.Id == "running");
        stream.Whole.Should().BeTrue();
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stream.Body))).Should().Be(truth["running"].ResponseSha256);
        await Eventually.TrueAsync(async () => await disk.Ledger(id).OpenExchangesAsync() == 0, "everything should be settled");
        var rows = await disk.Ledger(id).RowsAsync();
        rows.Select(row => row.CallId).Should().BeEquivalentTo(answers.Select(answer => answer.Id)).And.BeEquivalentTo(truth.Keys);
        rows.Should().AllSatisfy(row =>
        {
            row.Should().Match<DurableRow>(r => r.Ending == "completed" && r.Quality == "actual");
            row.Tokens.Should().Be(TokenKinds.Of(truth[row.CallId].Generated!));
        });

        (await desk.ReadAsync("pool")).Should().Be(new BudgetStand(100m, rows.Sum(row => row.CostNanoDollars) / 1_000_000_000m, 0m));

        // Operators look at their budgets meanwhile: each opens the file as it is now, and what they have opened must not outlive the trouble.
        Task LookAsync() => Task.WhenAll(Enumerable.Range(0, 16).Select(_ => desk.ReadAsync("pool"))).WaitAsync(TimeSpan.FromSeconds(15));

        async Task<IEnumerable<PaidAnswer>> FirstCallAsync()
        {
            var answer = await PaidCall.MakeAsync(http, gateway.Address, newcomer, "newcomer", stream: false, "Hello").WaitAsync(TimeSpan.FromSeconds(15));
            answer.Status.Should().BeOneOf(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
            return answer.Status == HttpStatusCode.OK ? [answer] : [];
        }

        Task<PaidAnswer> CallAsync(string name) => PaidCall.MakeAsync(http, gateway.Address, token, name, stream: false, "Hello");

        // What is let in until the gateway knows is answered, and waits to be written like the stream.
        async Task<PaidAnswer> CallUntilAsync(HttpStatusCode status)
        {
            var waited = Stopwatch.StartNew();
            for (var call = 1; ; call++)
            {
                var answer = await CallAsync($"until-{status}-{call}");
                if (answer.Status == status)
                {
                    return answer;
                }

                waited.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(30), "the gateway should answer with {0} before long", status);
                if (answer.Status == HttpStatusCode.OK)
                {
                    answers.Add(answer);
                }
                else
                {
                    await Task.Delay(50);
                }
            }
        }
    }
}
