using System.Globalization;
using System.Net;
using System.Text.Json;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;

/// <summary>Whole gateways with budgets, as clients and operators see them.</summary>
public class BudgetsThroughGatewayTests(ITestOutputHelper output)
{
    private const string Opus = "claude-opus-5-5";

    /// <summary>US dollars for an output token of that model, with the surcharge that is reckoned in case.</summary>
    private const decimal OutputToken = 0.000022m;

    [Fact]
    public async Task of_two_hundred_strict_calls_at_once_exactly_the_ten_are_let_in_that_fit()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token();
        var bound = await BoundAsync(gateway, token);
        var spent = await gateway.LedgerCostAsync();
        await gateway.PutBudgetAsync("pool", Pool("strict", spent + (10 * bound)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => gateway.SendAsync(BudgetWorld.Message(token, "first-byte-delay=4000", 500))));

        answers.Count(a => a.Status is HttpStatusCode.OK).Should().Be(10);
        var refused = answers.Where(a => a.Status is not HttpStatusCode.OK).ToList();
        refused.Should().AllSatisfy(a => (a.Status, a.Error().GetProperty("type").GetString()).Should().Be((HttpStatusCode.TooManyRequests, "billing_error")));
        await gateway.RestAsync("pool");
        (await gateway.StandAsync("pool")).Spent.Should().Be(await gateway.LedgerCostAsync());
        output.WriteLine($"bound {bound} USD; 10 of 200 let in; the others: {refused[0].Error().GetProperty("message").GetString()}");
    }

    [Fact]
    public async Task two_hundred_rolling_streams_on_one_pool_end_within_a_slice_for_each()
    {
        const int Slice = 256;
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Budgets:SliceTokens", $"{Slice}")]);
        var token = gateway.Token();
        const decimal Limit = 3m;
        await gateway.PutBudgetAsync("pool", Pool("rolling", Limit));

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ =>
            gateway.SendAsync(BudgetWorld.Message(token, "output-tokens=4000 events=100 event-delay=4", 8000, stream: true))));

        await gateway.RestAsync("pool");
        var cut = answers.Count(a => a.Text.Contains("policy_blocked", StringComparison.Ordinal));
        var refused = answers.Count(a => a.Status is HttpStatusCode.TooManyRequests);
        var whole = answers.Count(a => a.Text.Contains("message_stop", StringComparison.Ordinal));
        (cut + refused + whole).Should().Be(200);
        cut.Should().BePositive();
        answers.Should().AllSatisfy(a => a.BrokeOff.Should().BeFalse());
        var (spent, _, _) = await gateway.StandAsync("pool");
        spent.Should().Be(await gateway.LedgerCostAsync()).And.BeLessThanOrEqualTo(Limit + (200 * Slice * OutputToken));
        output.WriteLine($"limit {Limit} USD, spent {spent} USD; {whole} whole, {cut} cut, {refused} refused; stated bound {Limit + (200 * Slice * OutputToken)} USD");
    }

    [Fact]
    public async Task somebody_with_three_dollars_left_on_opus_is_served_although_claude_code_asks_for_everything()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.PutBudgetAsync("person", new { scope = "device", per_head = true, period = "month", mode = "rolling", limit_usd = 3m });

        using var call = BudgetWorld.Message(gateway.Token(), "output-tokens=900 events=20", 128_000, stream: true, textBytes: 60_000);
        var answer = await gateway.SendAsync(call);

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Text.Should().Contain("message_stop");
        answer.Header("anthropic-ratelimit-unified-status").Should().Be("allowed");
        answer.Header("anthropic-ratelimit-unified-representative-claim").Should().Be("overage");
    }

    [Fact]
    public async Task near_the_limit_the_upstream_counts_what_the_bytes_overstate()
    {
        await using var gateway = await TestGateway.StartAsync();

        // By its bytes the prompt would cost 0.26 USD; it has a quarter as many tokens.
        await gateway.PutBudgetAsync("pool", Pool("strict", 0.1m));
        var answer = await gateway.SendAsync(BudgetWorld.Message(gateway.Token(), "output-tokens=20", 100, textBytes: 60_000));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        gateway.Tally.Rows().Select(r => r.Request.PathAndQuery).Should().Equal("/v1/messages/count_tokens", "/v1/messages");
    }

    [Fact]
    public async Task a_used_up_budget_says_whose_when_it_resets_and_what_to_do()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token();
        await gateway.PutBudgetAsync("team", new { name = "Team A", scope = "everything", period = "month", mode = "strict", limit_usd = 0.00001m });

        var answer = await gateway.SendAsync(BudgetWorld.Message(token, "", 100));

        answer.Status.Should().Be(HttpStatusCode.TooManyRequests);
        answer.Error().GetProperty("type").GetString().Should().Be("billing_error");
        answer.Error().GetProperty("message").GetString().Should().Contain("Team A").And.Contain("a month").And.Contain("resets at").And.Contain("operator");
        answer.Header("x-should-retry").Should().Be("false");
        long.Parse(answer.Header("retry-after")!, CultureInfo.InvariantCulture).Should().BeInRange(1, 31 * 86_400);
        answer.Header("anthropic-ratelimit-unified-status").Should().Be("rejected");
        answer.Header("anthropic-ratelimit-unified-overage-period").Should().Be("monthly");
        answer.Header("anthropic-ratelimit-unified-overage-scope").Should().Be("group_pool");
        answer.Header("anthropic-ratelimit-unified-overage-disabled-reason").Should().Be("org_spend_cap_reached");
        answer.Header("anthropic-ratelimit-unified-representative-claim").Should().BeNull("Claude Code would show its own words");
        gateway.Tally.Rows().Should().BeEmpty();
        (await gateway.LedgerAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task past_three_quarters_the_answer_carries_the_warning_that_claude_code_shows()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token();
        await gateway.SendAsync(BudgetWorld.Message(token, "output-tokens=1000", 1000));
        var spent = await gateway.LedgerCostAsync();
        await gateway.PutBudgetAsync("pool", Pool("rolling", decimal.Round(spent / 0.8m, 9)));

        var answer = await gateway.SendAsync(BudgetWorld.Message(token, "output-tokens=1", 10));

        answer.Header("anthropic-ratelimit-unified-status").Should().Be("allowed_warning");
        answer.Header("anthropic-ratelimit-unified-overage-surpassed-threshold").Should().Be("0.75");
        answer.Header("anthropic-ratelimit-unified-overage-utilization").Should().Be("0.8", "what was spent before the budget was set counts");
        (await gateway.EventsAsync()).GetProperty("events").GetArrayLength().Should().Be(0, "the thresholds were passed before");
    }

    [Fact]
    public async Task thresholds_are_told_once_beside_the_row_that_passes_them()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token();
        await gateway.PutBudgetAsync("pool", Pool("soft", 0.0001m));
        for (var i = 0; i < 3; i++)
        {
            (await gateway.SendAsync(BudgetWorld.Message(token, "output-tokens=10", 10))).Status.Should().Be(HttpStatusCode.OK, "a soft budget refuses nothing");
        }

        var told = await gateway.EventsAsync();
        told.GetProperty("events").EnumerateArray().Select(e => (e.GetProperty("type").GetString(), e.GetProperty("data").GetProperty("percent").GetInt32()))
            .Should().Equal(("budget.threshold_reached", 50), ("budget.threshold_reached", 75), ("budget.threshold_reached", 90), ("budget.threshold_reached", 100));
        var third = told.GetProperty("events")[2].GetProperty("seq").GetInt64();
        (await gateway.EventsAsync($"?after={third}")).GetProperty("events").GetArrayLength().Should().Be(1, "a follower goes on from where it was");
        (await gateway.EventsAsync("?type=other&limit=1")).GetProperty("next_after").GetInt64().Should().Be(0);
        gateway.Logs.Lines.Should().Contain(l => l.EventId == 6010);
    }

    [Fact]
    public async Task a_token_spends_no_more_than_its_own_cap()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token(spendCap: 0.02m);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            statuses.Add((await gateway.SendAsync(BudgetWorld.Message(token, "output-tokens=200", 200))).Status);
        }

        statuses.Should().StartWith(HttpStatusCode.OK).And.EndWith(HttpStatusCode.TooManyRequests);
        (await gateway.LedgerCostAsync()).Should().BeLessThanOrEqualTo(0.02m);
        (await gateway.SendAsync(BudgetWorld.Message(gateway.Token(), "output-tokens=200", 200))).Status.Should().Be(HttpStatusCode.OK, "the cap is the token's");
    }

    [Fact]
    public async Task what_was_spent_is_remembered_over_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("latchkey-test-");
        decimal spent;
        await using (var gateway = await TestGateway.StartAsync(dataDirectory: folder.FullName))
        {
            await gateway.PutBudgetAsync("pool", Pool("strict", 1m));
            await gateway.PutBudgetAsync("each", new { scope = "device", per_head = true, period = "rolling", rolling_hours = 24, mode = "strict", limit_usd = 1m });
            await gateway.SendAsync(BudgetWorld.Message(gateway.Token(), "output-tokens=1000", 1000));
            spent = (await gateway.StandAsync("pool")).Spent;
        }

        await using (var again = await TestGateway.StartAsync(dataDirectory: folder.FullName))
        {
            (await again.StandAsync("pool")).Should().Be((spent, 0m, 1m - spent));
            var head = (await again.GetBudgetAsync("each?head=budget-device-01"))["accounts"]![0]!;
            head["spent_usd"]!.GetValue<decimal>().Should().Be(spent).And.BePositive();
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task every_ending_gives_back_what_was_held()
    {
        await using var gateway = await TestGateway.StartAsync(SharedWorld.PatientBreakers);
        var token = gateway.Token();
        await gateway.PutBudgetAsync("pool", Pool("rolling", 1_000m));
        string[] endings =
        [
            "output-tokens=50", "output-tokens=50 events=20 cut=6", "events=20 reset=5", "events=20 error=overloaded_error,7", "status=400", "status=500",
            "status=529", "reset-before-headers", "encoding=gzip", "redirect=302", "content=thinking,text", "garbage",
        ];

        foreach (var ending in endings)
        {
            await gateway.SendAsync(BudgetWorld.Message(token, ending, 100, stream: true));
            await gateway.SendAsync(BudgetWorld.Message(token, ending, 100));
        }

        using (var leave = new CancellationTokenSource())
        {
            using var head = await gateway.OpenAsync(BudgetWorld.Message(token, "events=50 stall=9", 100, stream: true), leave.Token);
            await leave.CancelAsync();
        }

        await gateway.RestAsync("pool");
        (await gateway.StandAsync("pool")).Spent.Should().Be(await gateway.LedgerCostAsync());
    }

    [Theory]
    [InlineData("truncate=200", false)]
    [InlineData("content=text events=1 huge-event=4000 cut=5", true)]
    public async Task an_answer_that_breaks_off_is_never_reckoned_longer_than_it_was_allowed_to_be(string simulate, bool stream)
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await gateway.SendAsync(BudgetWorld.Message(gateway.Token(), simulate, maxTokens: 3, stream));

        var row = await gateway.RowOfAsync(answer.Id);
        row["quality"].Should().Be("estimated");
        row.Number("output_tokens").Should().Be(3, "a strict budget has held no more");
    }

    [Fact]
    public async Task a_batch_doesnt_pass_by_a_budget_that_couldnt_count_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.PutBudgetAsync("pool", Pool("rolling", 1_000m));
        using var call = TestGateway.Call(gateway.Token(), "/v1/messages/batches", JsonSerializer.Serialize(new
        {
            requests = new[] { new { custom_id = "a", @params = new { model = Opus, max_tokens = 10, messages = new[] { new { role = "user", content = "Hello" } } } } },
        }));

        var answer = await gateway.SendAsync(call);

        (answer.Status, answer.Error().GetProperty("type").GetString()).Should().Be((HttpStatusCode.BadRequest, "policy_blocked"));
    }

    /// <summary>What a strict budget holds for one call.</summary>
    private static async Task<decimal> BoundAsync(TestGateway gateway, string token)
    {
        await gateway.PutBudgetAsync("probe", Pool("strict", 100m));
        var call = gateway.SendAsync(BudgetWorld.Message(token, "first-byte-delay=2000", 500));
        decimal held;
        do
        {
            held = (await gateway.StandAsync("probe")).Reserved;
        }
        while (held == 0);

        (await call).Status.Should().Be(HttpStatusCode.OK);
        await gateway.RestAsync("probe");
        return held;
    }

    private static object Pool(string mode, decimal limit) => new { scope = "everything", period = "month", mode, limit_usd = limit };
}
