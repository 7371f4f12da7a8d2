using System.Net;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Gateway.Tests.Admin;

public sealed class ReconcileTests : IAsyncLifetime
{
    private const string AdminKey = "sk-ant-admin01-canary-0123456789";
    private const string Second = "sk-ant-second-master-key-0123456789";

    private readonly string _today = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd");
    private readonly string _yesterday = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1).ToString("yyyy-MM-dd");
    private TestGateway _gateway = null!;

    private string Period => $"?from={_yesterday}&to={_today}";

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(
        [("Latchkey:Reconcile:AdminKey", AdminKey), ("Latchkey:Upstream:ApiKeys", $"{TestGateway.MasterKey},{Second}")]);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task hundreds_of_mixed_calls_agree_to_the_token_and_the_nano_dollar()
    {
        string[] kinds =
        [
            "", "thinking-tokens=40", "content=text,tool_use", "content=web_search", "content=text,compaction", "content=advisor,text", "content=fallback,text", "encoding=gzip chunking=random", "pings=3 garbage",
            "usage={\"input_tokens\":10,\"output_tokens\":7,\"cache_creation_input_tokens\":100,\"cache_creation\":{\"ephemeral_5m_input_tokens\":40,\"ephemeral_1h_input_tokens\":60},\"cache_read_input_tokens\":1000}",
            "usage={\"input_tokens\":150000,\"inference_geo\":\"us\"}", "usage={\"input_tokens\":9,\"speed\":\"fast\",\"server_tool_use\":{\"web_search_requests\":3}}", "status=529",
        ];
        string[] models = ["claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-4-5-20250929", "claude-sonnet-5-5"];
        var tokens = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _gateway.TokenAsync($"test-device-000{i}")));
        for (var round = 0; round < 4; round++)
        {
            var calls = from kind in kinds from model in models from stream in new[] { false, true } select (kind, model, stream);
            await Task.WhenAll(calls.Select((call, i) => CallAsync(tokens[i % tokens.Length], call.kind, call.model, call.stream)));
        }

        var report = await ReportAsync();

        _gateway.Tally.Rows().Count(row => row is { Complete: true, Generated: not null }).Should().BeGreaterThan(250);
        report.GetProperty("within_tolerance").GetBoolean().Should().BeTrue(report.GetRawText());
        var total = report.GetProperty("totals").GetProperty("tokens");
        var truth = _gateway.Tally.Totals().Generated.Values.Aggregate((a, b) => a.Plus(b));
        Kinds(total.GetProperty("anthropic")).Should().Equal(
            truth.InputTokens, truth.CacheReadTokens, truth.CacheCreation5mTokens, truth.CacheCreation1hTokens, truth.OutputTokens, truth.WebSearchRequests);
        Kinds(total.GetProperty("anthropic")).Should().OnlyContain(count => count > 0);
        foreach (var place in Places(report))
        {
            Kinds(place.GetProperty("tokens").GetProperty("ledger")).Should().Equal(Kinds(place.GetProperty("tokens").GetProperty("anthropic")));
            Kinds(place.GetProperty("tokens").GetProperty("difference")).Should().OnlyContain(count => count == 0);
            place.GetProperty("tokens").GetProperty("drift_percent").EnumerateObject().Should().OnlyContain(drift => drift.Value.GetDecimal() == 0);
        }

        var cost = report.GetProperty("totals").GetProperty("cost");
        cost.GetProperty("comparable").GetBoolean().Should().BeTrue();
        cost.GetProperty("ledger_nano_dollars").GetDecimal().Should().BePositive();
        cost.GetProperty("difference_nano_dollars").GetDecimal().Should().Be(0);
        var lines = report.GetProperty("lines").EnumerateArray().ToList();
        lines.Should().OnlyContain(line => line.GetProperty("only_in").ValueKind == JsonValueKind.Null);
        lines.Select(line => line.GetProperty("model").GetString()).Distinct().Should().BeEquivalentTo("claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-4-5", "claude-sonnet-5-5");
        lines.Select(line => line.GetProperty("key_fingerprint").GetString()).Distinct().Should().HaveCount(2, "both keys of the pool were used");
        report.GetProperty("keys").GetArrayLength().Should().Be(2);
        report.GetProperty("other_keys").GetArrayLength().Should().Be(0);
        report.GetProperty("unknown").GetProperty("models").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task what_went_past_the_gateway_with_its_key_is_drift()
    {
        await CallAsync(await _gateway.TokenAsync(), "usage={\"input_tokens\":100,\"output_tokens\":100}", "claude-opus-5-5", stream: false);
        await PastAsync(TestGateway.MasterKey, "usage={\"input_tokens\":20,\"output_tokens\":30}", "claude-haiku-5-5");

        var report = await ReportAsync();

        report.GetProperty("within_tolerance").GetBoolean().Should().BeFalse();
        var line = report.GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("model").GetString() == "claude-haiku-5-5");
        line.GetProperty("only_in").GetString().Should().Be("anthropic");
        line.GetProperty("tokens").GetProperty("within_tolerance").GetBoolean().Should().BeFalse();
        line.GetProperty("tokens").GetProperty("difference").GetProperty("output_tokens").GetInt64().Should().Be(-30);
        var total = report.GetProperty("totals");
        total.GetProperty("tokens").GetProperty("difference").GetProperty("uncached_input_tokens").GetInt64().Should().Be(-20);
        total.GetProperty("tokens").GetProperty("drift_percent").GetProperty("uncached_input_tokens").GetDecimal().Should().Be(16.6667m);
        total.GetProperty("cost").GetProperty("difference_nano_dollars").GetDecimal().Should().Be(-((20 * 100) + (30 * 500)));
        total.GetProperty("cost").GetProperty("within_tolerance").GetBoolean().Should().BeTrue("it is less than a per cent of the money");
    }

    [Fact]
    public async Task other_keys_of_the_organisation_are_told_apart()
    {
        await CallAsync(await _gateway.TokenAsync(), "usage={\"input_tokens\":100}", "claude-opus-5-5", stream: false);
        await PastAsync("sk-ant-somebody-elses-key-0123456789", "usage={\"input_tokens\":5000}", "claude-opus-5-5");

        var report = await ReportAsync();

        report.GetProperty("within_tolerance").GetBoolean().Should().BeTrue(report.GetRawText());
        var other = report.GetProperty("other_keys").EnumerateArray().Should().ContainSingle().Subject;
        other.GetProperty("api_key_id").GetString().Should().StartWith("apikey_");
        other.GetProperty("tokens").GetProperty("uncached_input_tokens").GetInt64().Should().Be(5000);
        var cost = report.GetProperty("totals").GetProperty("cost");
        cost.GetProperty("comparable").GetBoolean().Should().BeFalse("the workspace's cost has theirs in it");
        cost.GetProperty("within_tolerance").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task what_only_the_ledger_has_is_drift_too()
    {
        await CallAsync(await _gateway.TokenAsync(), "", "claude-opus-5-5", stream: false);
        var row = (await _gateway.LedgerAsync(1)).Single();
        await _gateway.Services.GetRequiredService<IUsageLedger>().SettleAsync(
            new UsageEntry
            {
                RequestId = "req_invented",
                DeviceId = "a-device-0001",
                SessionId = "session",
                Route = "messages",
                Stream = false,
                Model = "claude-unheard-of",
                Usage = Usage.None with { InputTokens = 1000 },
                Quality = UsageQuality.Actual,
                CostNanoDollars = 7_000_000,
                PriceVersion = "x",
                Status = 200,
                Ending = "completed",
                Fault = "none",
                KeyFingerprint = "0badc0de",
                StartedAt = DateTimeOffset.UnixEpoch.AddMicroseconds((long)row["started_at"]!),
                Latency = TimeSpan.Zero,
                RequestBytes = 0,
                ResponseBytes = 0,
            },
            []);

        var report = await ReportAsync();

        report.GetProperty("within_tolerance").GetBoolean().Should().BeFalse();
        var line = report.GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("key_fingerprint").GetString() == "0badc0de");
        line.GetProperty("only_in").GetString().Should().Be("ledger");
        line.GetProperty("tokens").GetProperty("drift_percent").GetProperty("uncached_input_tokens").GetDecimal().Should().Be(100);
        report.GetProperty("unknown").GetProperty("ledger_keys").EnumerateArray().Select(k => k.GetString()).Should().Equal("0badc0de");
        report.GetProperty("unknown").GetProperty("models").EnumerateArray().Select(m => m.GetString()).Should().Equal("claude-unheard-of");
        report.GetProperty("totals").GetProperty("cost").GetProperty("difference_usd").GetDecimal().Should().Be(0.007m);
    }

    [Theory]
    [InlineData("usage_report/messages", "status=529", "529 (overloaded_error)")]
    [InlineData("cost_report", "status=401 echo-secrets", "401 (authentication_error)")]
    [InlineData("api_keys", "status=502html", "502.")]
    [InlineData("cost_report", "redirect=307", "307.")]
    [InlineData("cost_report", "truncate", "isn't JSON")]
    [InlineData("usage_report/messages", "reset-before-headers", "couldn't be reached")]
    public async Task reports_that_cant_be_had_are_a_502_that_says_why_and_no_secret(string report, string scenario, string why)
    {
        _gateway.Scenarios.Set(scenario, path: "/v1/organizations/" + report);

        using var response = await AskAsync(Period);

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var body = await response.Content.ReadAsStringAsync();
        JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString().Should().StartWith(report + ": ").And.Contain(why);
        body.Should().NotContain(AdminKey);
        _gateway.Logs.Text.Should().NotContain(AdminKey);
    }

    [Fact]
    public async Task the_admin_key_is_sent_alone_and_no_key_of_the_pool_with_it()
    {
        await ReportAsync();

        var asked = _gateway.Tally.Rows().Select(row => row.Request).ToList();
        asked.Select(r => r.PathAndQuery.Split('?')[0]).Should().Equal(
            "/v1/organizations/api_keys", "/v1/organizations/usage_report/messages", "/v1/organizations/cost_report");
        asked.Should().OnlyContain(r => r.CameWithKey(AdminKey) && r.HeaderValues("authorization").Count == 0 && r.HeaderValues("cookie").Count == 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?from=2026-11-01")]
    [InlineData("?from=2026-11-01&to=yesterday")]
    [InlineData("?from=2026-11-01T00:00:00Z&to=2026-11-02")]
    [InlineData("?from=2026-11-02&to=2026-11-01")]
    [InlineData("?from=2026-10-01&to=2026-11-01")]
    [InlineData("?from=2026-11-01&to=2026-11-01&to=2026-11-02")]
    [InlineData("?from=2026-11-01&to=2026-11-02&model=opus")]
    [InlineData("?from=9999-12-31&to=9999-12-31")]
    public async Task a_period_that_isnt_understood_is_refused(string query)
    {
        using var response = await AskAsync(query);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    [Fact]
    public async Task without_an_admin_key_it_says_what_to_set()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var response = await gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/reconcile" + Period));

        response.StatusCode.Should().Be(HttpStatusCode.NotImplemented);
        (await response.Content.ReadAsStringAsync()).Should().Contain("ANTHROPIC_ADMIN_KEY");
    }

    private static IEnumerable<JsonElement> Places(JsonElement report) =>
        [report.GetProperty("totals"), .. report.GetProperty("days").EnumerateArray(), .. report.GetProperty("lines").EnumerateArray()];

    private static IReadOnlyList<long> Kinds(JsonElement kinds)
    {
        string[] names = ["uncached_input_tokens", "cache_read_input_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens", "output_tokens", "web_search_requests"];
        kinds.EnumerateObject().Select(k => k.Name).Should().Equal(names);
        return [.. names.Select(name => kinds.GetProperty(name).GetInt64())];
    }

    private async Task CallAsync(string token, string kind, string model, bool stream)
    {
        using var response = await _gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message($"Hello [simulate: {kind}]", stream, model)));
        await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>A call of the upstream itself.</summary>
    private async Task PastAsync(string key, string kind, string model)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(_gateway.SimulatorAddress!, "/v1/messages"))
        {
            Content = new StringContent(TestGateway.Message($"Hello [simulate: {kind}]", model: model)),
        };
        call.Headers.Add("x-api-key", key);
        call.Headers.Add("anthropic-version", "2023-06-01");
        using var response = await _gateway.Http.SendAsync(call);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        await _gateway.Tally.WaitForAsync(response.Headers.GetValues("request-id").Single(), CancellationToken.None);
    }

    private Task<HttpResponseMessage> AskAsync(string query) =>
        _gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/reconcile" + query));

    private async Task<JsonElement> ReportAsync()
    {
        // A client has the last byte a moment before the Simulator's own row is written.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_gateway.Tally.InFlight > 0)
        {
            await Task.Delay(10, patience.Token);
        }

        using var response = await AskAsync(Period);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(HttpStatusCode.OK, text);
        text.Should().NotContain(AdminKey).And.NotContain(TestGateway.MasterKey);
        return JsonDocument.Parse(text).RootElement;
    }
}
