using System.Net;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Postgres;
using Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;
using Latchkey.Gateway.Tests.Storage.Redis;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Storage.Postgres;

/// <summary>Budgets of several gateways on one PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedBudgetTests(SharedPostgres postgres)
{
    private const string Small = "usage={\"input_tokens\":30,\"output_tokens\":21}";
    private const string Large = "usage={\"input_tokens\":30,\"output_tokens\":500}";

    [Fact]
    public async Task an_account_begins_with_what_every_gateway_has_spent()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var first = await StartAsync(url);
        await CallAsync(first, Small);
        await Eventually.TrueAsync(async () => (await first.LedgerAsync(1)).Count == 1 && await ArrivedAsync(url) == "1", "the row should arrive");
        await using var second = await StartAsync(url, first);
        foreach (var scope in new[] { "everything", "device", "model" })
        {
            await second.PutBudgetAsync(scope, new { scope, period = "total", limit_usd = 0.01, mode = "strict" });
        }

        await CallAsync(second, Small);

        foreach (var scope in new[] { "everything", "device", "model" })
        {
            await second.RestAsync(scope);
            (await second.StandAsync(scope)).Spent.Should().Be(2 * 0.00054m, scope);
        }
    }

    [Fact]
    public async Task what_one_gateway_has_used_up_another_refuses()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var first = await StartAsync(url);
        await using var second = await StartAsync(url, first);
        foreach (var gateway in new[] { first, second })
        {
            await gateway.PutBudgetAsync("house", new { scope = "everything", period = "month", limit_usd = 0.01, mode = "strict" });
        }

        (await CallAsync(second, Small)).Should().Be(HttpStatusCode.OK);
        (await CallAsync(first, Large)).Should().Be(HttpStatusCode.OK);

        await Eventually.TrueAsync(async () => (await second.StandAsync("house")).Spent == 0.00054m + 0.01012m, "the second gateway should hear of it");
        (await CallAsync(second, Small)).Should().Be(HttpStatusCode.TooManyRequests);
        await Eventually.TrueAsync(async () => (await first.StandAsync("house")).Spent == 0.00054m + 0.01012m, "so should the first");
    }

    [Theory]
    [InlineData(nameof(BudgetPeriod.Total))]
    [InlineData(nameof(BudgetPeriod.Month))]
    [InlineData(nameof(BudgetPeriod.Rolling))]
    public async Task what_waits_in_the_journal_counts_once_and_what_it_has_forgotten_counts_too(string name)
    {
        var period = Enum.Parse<BudgetPeriod>(name);
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var bench = await ShippingBench.StartAsync(url, timing: new ShippingTiming { Tick = TimeSpan.FromHours(1) });
        await using var other = await ShippingBench.StartAsync(url, "gateway-2");
        await bench.ArrivedAsync();
        var budget = Some.Budget(scope: BudgetScope.Device, perHead: true, period: period);
        await other.AddAsync([At("req_other"), At("req_another") with { DeviceId = "somebody-else" }]);
        await other.ArrivedAsync();

        await bench.AddAsync([At("req_1"), At("req_2"), At("req_3") with { DeviceId = "somebody-else" }, At("req_old") with { StartedAt = Some.Noon.AddDays(-40) }]);
        var old = period is BudgetPeriod.Total ? 1 : 0;
        bench.Shipments.Waiting(10).Should().HaveCount(4);
        await SpentAsync(2 + old);

        await bench.ArrivedAsync();
        await bench.AddAsync([At("req_4")]);
        await SpentAsync(3 + old);

        await bench.Shipments.ForgetAsync(long.MaxValue, 10);
        bench.ReadJournal("SELECT COUNT(*) FROM usage").Should().Equal("1");
        await SpentAsync(3 + old);

        async Task SpentAsync(int rows)
        {
            var (from, to) = BudgetWindow.StretchOf(budget, Some.Noon);
            var state = await bench.SpendHistory.ReadAsync(budget, "a-device-0001", from, to, () => ["req_1", "req_4", "req_unknown"], CancellationToken.None);
            state.ByHour.Values.Sum().Should().Be(rows * 1234);
            state.Others!.Values.Sum().Should().Be(1234);
            state.Included.Should().Contain("req_1").And.NotContain("req_unknown");
        }
    }

    [Fact]
    public async Task while_it_is_away_an_account_begins_with_the_gateways_own_sums()
    {
        await using var bench = await ShippingBench.StartAsync("postgres://gate@127.0.0.1:1/ledger");
        await bench.AddAsync([At("req_1")]);
        var budget = Some.Budget();
        for (var i = 0; i < 3; i++)
        {
            var (from, to) = BudgetWindow.StretchOf(budget, Some.Noon);
            var state = await bench.SpendHistory.ReadAsync(budget, "", from, to, () => ["req_1"], CancellationToken.None);
            state.ByHour.Values.Sum().Should().Be(1234);
            state.Others.Should().BeNull();
            state.Included.Should().Equal("req_1");
        }

        bench.Logs.Lines.Count(l => l.EventId == 8037).Should().Be(1, "an outage is told once");
    }

    private static UsageEntry At(string id) => LedgerRows.Row(id) with { StartedAt = Some.Noon.AddMinutes(-90) };

    private static async Task<HttpStatusCode> CallAsync(TestGateway gateway, string simulate)
    {
        using var answer = await gateway.Http.SendAsync(BudgetWorld.Message(await gateway.TokenAsync(), simulate, maxTokens: 50));
        await answer.Content.ReadAsStringAsync();
        return answer.StatusCode;
    }

    private static async Task<string> ArrivedAsync(string url)
    {
        try
        {
            return (await PostgresServer.ReadAsync(url, "SELECT COUNT(*) FROM usage"))[0];
        }
        catch (Npgsql.PostgresException e) when (e.SqlState == Npgsql.PostgresErrorCodes.UndefinedTable)
        {
            return "";
        }
    }

    private static Task<TestGateway> StartAsync(string url, TestGateway? beside = null) =>
        TestGateway.StartAsync(
            [("Latchkey:Database:Url", url), ("Latchkey:Tokens:Secret", "a secret that two gateways share in tests")], upstream: beside?.SimulatorAddress);
}
