using System.Globalization;
using System.Net;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.Admin.Prices;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;
using Latchkey.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Gateway.Tests.Admin;

public sealed class RerateTests : IAsyncLifetime
{
    private const string Everything = """{"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}""";
    private const string Opus = "[simulate: usage={\"input_tokens\":30,\"output_tokens\":21}]";
    private const long OpusCost = 540_000;

    private TestGateway _gateway = null!;
    private string _token = "";

    private PriceBooks Books => _gateway.Services.GetRequiredService<PriceBooks>();

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync();
        _token = await _gateway.TokenAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(0, 2_000, OpusCost * 12 / 10)]
    [InlineData(5_000, 0, OpusCost / 2)]
    public async Task a_wrong_price_is_corrected_by_a_further_row(long discount, long markUp, long cost)
    {
        var id = await CallAsync("claude-opus-5-5");
        var before = (await RowsAsync(id)).Single();
        await _gateway.PutBudgetAsync("house", new { scope = "everything", period = "total", limit_usd = 100 });
        (await _gateway.StandAsync("house")).Spent.Should().Be(OpusCost / 1_000_000_000m);
        Books.Replace(Changed("acme-1", discount, markUp));

        var answer = await RerateAsync(Everything);

        answer.GetProperty("rows_looked_at").GetInt64().Should().Be(1);
        answer.GetProperty("rows_corrected").GetInt64().Should().Be(1);
        answer.GetProperty("difference_nano_dollars").GetDecimal().Should().Be(cost - OpusCost);
        answer.GetProperty("difference_usd").GetDecimal().Should().Be((cost - OpusCost) / 1_000_000_000m);
        answer.GetProperty("price_version").GetString().Should().Be(Books.Current.PriceVersion);
        var rows = await RowsAsync(id);
        rows.Should().HaveCount(2);
        rows.Single(r => (string)r["kind"]! == "settled").Should().BeEquivalentTo(before, "a row never changes");
        var correction = rows.Single(r => (string)r["kind"]! != "settled");
        correction["kind"].Should().Be("rerated:" + Books.Current.PriceVersion);
        correction["price_version"].Should().Be(Books.Current.PriceVersion);
        correction["cost_nano_usd"].Should().Be(cost - OpusCost);
        correction.Where(c => c.Key.EndsWith("_tokens", StringComparison.Ordinal)).Should().HaveCountGreaterThan(4).And.OnlyContain(c => (long)c.Value! == 0);
        foreach (var same in new[] { "started_at", "device_id", "model", "key_fingerprint", "quality" })
        {
            correction[same].Should().Be(before[same]);
        }

        await SumsAgreeAsync(calls: 1, cost);
        (await _gateway.StandAsync("house")).Spent.Should().Be(cost / 1_000_000_000m, "budgets follow the ledger");
    }

    [Fact]
    public async Task doing_it_twice_writes_nothing_more()
    {
        await CallAsync("claude-opus-5-5");
        Books.Replace(Changed("acme-1", discount: 100));
        await RerateAsync(Everything);

        var second = await RerateAsync(Everything);

        second.GetProperty("rows_corrected").GetInt64().Should().Be(0);
        second.GetProperty("difference_nano_dollars").GetDecimal().Should().Be(0);
        (await _gateway.LedgerAsync()).Should().HaveCount(2);
    }

    [Fact]
    public async Task prices_may_go_back_and_forth()
    {
        var id = await CallAsync("claude-opus-5-5");
        var (list, half) = (Books.Current, Changed("acme-1", discount: 5_000));
        foreach (var (book, cost) in new[] { (half, OpusCost / 2), (list, OpusCost), (half, OpusCost / 2), (list, OpusCost) })
        {
            Books.Replace(book);
            (await RerateAsync(Everything)).GetProperty("rows_corrected").GetInt64().Should().Be(1);
            await SumsAgreeAsync(calls: 1, cost);
        }

        (await RowsAsync(id)).Should().HaveCount(5);
    }

    [Fact]
    public async Task a_model_that_gets_a_price_is_no_longer_flagged()
    {
        var id = await CallAsync("claude-opus-77");
        (await RowsAsync(id)).Single()["unpriced"].Should().Be(1L);
        (await RerateAsync(Everything)).GetProperty("rows_corrected").GetInt64().Should().Be(0, "it still has no price");
        Books.Replace(Priced("claude-opus-77", rate: 1000));

        (await RerateAsync("""{"from": "2020-01-01", "to": "2100-01-01", "models": ["claude-opus-77"]}""")).GetProperty("rows_corrected").GetInt64().Should().Be(1);

        var correction = (await RowsAsync(id)).Single(r => (string)r["kind"]! != "settled");
        correction["unpriced"].Should().Be(0L);
        correction["quality"].Should().Be("actual");
        await SumsAgreeAsync(calls: 1, 51_000);
        using var usage = await _gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/usage"));
        var metric = JsonDocument.Parse(await usage.Content.ReadAsStringAsync()).RootElement.GetProperty("metrics").EnumerateArray().Should().ContainSingle().Subject;
        metric.GetProperty("unpriced").GetBoolean().Should().BeFalse();
        metric.GetProperty("cost_usd").GetDecimal().Should().Be(0.000051m);
        metric.GetProperty("price_version").GetString().Should().Be(PriceBook.Default.PriceVersion, "it is the first price's; those of corrections are in /admin/usage/rows");
    }

    [Fact]
    public async Task a_model_may_lose_its_price_again()
    {
        await CallAsync("claude-opus-77");
        var (list, priced) = (Books.Current, Priced("claude-opus-77", rate: 1000));
        foreach (var book in new[] { priced, list, priced, list })
        {
            Books.Replace(book);
            (await RerateAsync(Everything)).GetProperty("rows_corrected").GetInt64().Should().Be(1);
            (await RerateAsync(Everything)).GetProperty("rows_corrected").GetInt64().Should().Be(0);
        }
    }

    [Fact]
    public async Task a_dry_run_tells_and_writes_nothing()
    {
        await CallAsync("claude-opus-5-5");
        Books.Replace(Changed("acme-1", discount: 5_000));

        var answer = await RerateAsync("""{"from": "2020-01-01", "to": "2100-01-01", "dry_run": true}""");

        answer.GetProperty("dry_run").GetBoolean().Should().BeTrue();
        answer.GetProperty("rows_corrected").GetInt64().Should().Be(1);
        answer.GetProperty("difference_nano_dollars").GetDecimal().Should().Be(-OpusCost / 2);
        (await _gateway.LedgerAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task only_the_period_and_the_models_that_are_named()
    {
        var opus = await CallAsync("claude-opus-5-5");
        await CallAsync("claude-haiku-5-5");
        Books.Replace(Changed("acme-1", discount: 5_000));

        (await RerateAsync("""{"from": "2020-01-01", "to": "2021-01-01"}""")).GetProperty("rows_looked_at").GetInt64().Should().Be(0);
        var answer = await RerateAsync("""{"from": "2020-01-01", "to": "2100-01-01", "models": ["opus"]}""");

        answer.GetProperty("rows_looked_at").GetInt64().Should().Be(1);
        (await _gateway.LedgerAsync()).Count(r => (string)r["kind"]! != "settled").Should().Be(1);
        (await RowsAsync(opus)).Should().HaveCount(2);
    }

    [Fact]
    public async Task many_rows_are_corrected_page_by_page_while_calls_go_on()
    {
        const int rows = 950;
        await CallAsync("claude-opus-5-5");
        var ledger = _gateway.Services.GetRequiredService<IUsageLedger>();
        await Task.WhenAll(Enumerable.Range(0, rows).Select(i => ledger.SettleAsync(Row($"req_{i:d4}", TimeSpan.FromSeconds(i / 300)), [])));
        Books.Replace(Changed("acme-1", markUp: 10_000));

        var rerating = RerateAsync(Everything);
        await CallAsync("claude-opus-5-5");
        var answer = await rerating;

        answer.GetProperty("rows_looked_at").GetInt64().Should().BeInRange(rows + 1, rows + 2);
        answer.GetProperty("rows_corrected").GetInt64().Should().Be(rows + 1, "the new call had the new price");
        await SumsAgreeAsync(calls: rows + 2, (rows * 2 * 4_000) + (4 * OpusCost));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("null", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"from": "2026-01-01"}""", 400)]
    [InlineData("""{"from": "2026-01-02", "to": "2026-01-01"}""", 400)]
    [InlineData("""{"from": "2026-01-01", "to": "soon"}""", 400)]
    [InlineData("""{"from": "2026-01-01", "to": null}""", 400)]
    [InlineData("""{"from": "2026-01-01", "to": "2026-02-01", "models": []}""", 400)]
    [InlineData("""{"from": "2026-01-01", "to": "2026-02-01", "models": [null]}""", 400)]
    [InlineData("""{"from": "2026-01-01", "to": "2026-02-01", "dry-run": true}""", 400)]
    [InlineData("""{"from": "2026-01-01", "to": "2026-02-01", "from": "2026-01-01"}""", 400)]
    public async Task a_body_that_isnt_understood_is_refused(string body, int status)
    {
        using var response = await SendAsync(body);

        ((int)response.StatusCode).Should().Be(status);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    [Fact]
    public async Task a_body_of_another_kind_or_size_is_refused()
    {
        using var plain = TestGateway.Call(TestGateway.OperatorKey, "/admin/prices/rerate", Everything);
        plain.Content!.Headers.ContentType = new("text/plain");
        using var refused = await _gateway.Http.SendAsync(plain);
        using var large = await SendAsync(Everything + new string(' ', 70_000));

        refused.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        large.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task one_goes_on_at_a_time()
    {
        var rows = new RowsThatWait();
        await using var gateway = await TestGateway.StartAsync(services: services => services.AddSingleton<IRatedRows>(rows));
        var first = gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/prices/rerate", Everything));
        await rows.Asked;

        using var second = await gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/prices/rerate", Everything));

        second.StatusCode.Should().Be(HttpStatusCode.Conflict);
        rows.GoOn();
        (await first).StatusCode.Should().Be(HttpStatusCode.OK);
        using var third = await gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/prices/rerate", Everything));
        third.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public void a_refusal_that_wasnt_billed_stays_free()
    {
        var refused = Row("req_1", TimeSpan.Zero) with { CostNanoDollars = 0, StopReason = "refusal" };

        UsageCorrection.Of(refused, 0, unpricedSoFar: false, corrections: 0, PriceBook.Default).Should().BeNull();
        UsageCorrection.Of(refused with { StopReason = "end_turn" }, 0, unpricedSoFar: false, corrections: 0, PriceBook.Default)
            .Should().NotBeNull("that one was given away");
    }

    private static UsageEntry Row(string id, TimeSpan at) => new()
    {
        RequestId = id,
        DeviceId = "a-device-0001",
        SessionId = "session",
        Route = "messages",
        Stream = false,
        Model = "claude-opus-5-5",
        ModelAsked = "claude-opus-5-5",
        ModelAnswered = "claude-opus-5-5",
        Usage = Usage.None with { InputTokens = 1 },
        Quality = UsageQuality.Actual,
        CostNanoDollars = 4_000,
        PriceVersion = PriceBook.Default.PriceVersion,
        Status = 200,
        Ending = "completed",
        Fault = "none",
        StartedAt = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) + at,
        Latency = TimeSpan.FromMilliseconds(2),
        RequestBytes = 1,
        ResponseBytes = 1,
    };

    private static PriceBook Changed(string version, long discount = 0, long markUp = 0) =>
        With(new PriceOverrides { Version = version, DiscountBasisPoints = discount, MarkUpBasisPoints = markUp });

    private static PriceBook Priced(string model, long rate)
    {
        var rates = new PriceRates { Input = rate, Output = rate, CacheWrite5m = rate, CacheWrite1h = rate, CacheRead = rate, Source = "test", AsOf = new DateOnly(2026, 11, 1) };
        return With(new PriceOverrides { Version = "acme-2", Models = [new PriceModel { Id = model, Family = "opus", Standard = rates }] });
    }

    private static PriceBook With(PriceOverrides overrides)
    {
        PriceBook.Default.TryWithOverrides(overrides, out var book, out var problem).Should().BeTrue(problem);
        return book!;
    }

    private async Task<string> CallAsync(string model)
    {
        using var response = await _gateway.Http.SendAsync(TestGateway.Call(_token, "/v1/messages", TestGateway.Message(Opus, model: model)));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return response.Headers.GetValues("x-latchkey-request-id").Single();
    }

    private Task<HttpResponseMessage> SendAsync(string body) =>
        _gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/prices/rerate", body));

    private async Task<JsonElement> RerateAsync(string body)
    {
        using var response = await SendAsync(body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<IReadOnlyList<Dictionary<string, object?>>> RowsAsync(string id) =>
        [.. (await _gateway.LedgerAsync()).Where(r => (string)r["request_id"]! == id)];

    /// <summary>Rows, roll-ups and figures tell the same number of calls and the same cost.</summary>
    private async Task SumsAgreeAsync(long calls, long cost)
    {
        var rows = await _gateway.LedgerAsync();
        rows.Sum(r => (long)r["cost_nano_usd"]!).Should().Be(cost);
        foreach (var table in new[] { "usage_hour", "usage_day" })
        {
            Scalar($"SELECT SUM(requests) || ' ' || SUM(cost_nano_usd) FROM {table}").Should().Be(string.Create(CultureInfo.InvariantCulture, $"{calls} {cost}"), table);
        }

        using var response = await _gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/stats"));
        var stats = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        stats.GetProperty("totalRequests").GetInt64().Should().Be(calls);
        stats.GetProperty("totalCostUsd").GetDecimal().Should().Be(cost / 1_000_000_000m);
        stats.GetProperty("successRate").GetDouble().Should().Be(1);
        stats.GetProperty("averageLatency").GetDouble().Should().BePositive();
    }

    private string Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_gateway.DataDirectory, "latchkey.db")};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (string)command.ExecuteScalar()!;
    }

    private sealed class RowsThatWait : IRatedRows
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public void GoOn() => _goOn.SetResult();

        public async Task<IReadOnlyList<RatedRow>> PageAsync(RatedSpan span, UsageEntry? after, int limit, CancellationToken cancellation)
        {
            _asked.TrySetResult();
            await _goOn.Task.WaitAsync(cancellation);
            return [];
        }
    }
}
