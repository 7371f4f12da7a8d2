using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
        var answers = new List<PaidAnswer> { await CallAsync("before") };
        var arrived = tally.WaitForArrivalAsync(call => call.HeaderValues(PaidCall.IdHeader).Contains("running"), CancellationToken.None);
        var running = PaidCall.MakeAsync(http, gateway.Address, token, "running", stream: true, $"[simulate: stall=4,{pause.TotalMilliseconds}]");
        await arrived;
        await Eventually.TrueAsync(async () => await disk.Ledger(id).OpenExchangesAsync() == 1, "the running stream should be admitted");

        await disk.BeginAsync(id);
        var refused = await CallUntilAsync(HttpStatusCode.ServiceUnavailable);
        clock.Advance(pause);
        answers.Add(await running);
        (await disk.Ledger(id).IntegrityAsync()).Should().Be("ok");
        (await disk.Ledger(id).RowsAsync()).Should().ContainSingle().Which.CallId.Should().Be("before");
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
