using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Admin;

public sealed class UsageTests(UsageTests.Setup setup) : IClassFixture<UsageTests.Setup>
{
    [Fact]
    public async Task stats_carry_the_contracts_figures()
    {
        var stats = await GetAsync("/admin/stats", TestGateway.OperatorKey);

        stats.EnumerateObject().Select(p => p.Name).Should().Contain(
            ["totalRequests", "totalInputTokens", "totalOutputTokens", "averageLatency", "successRate"]);
        stats.GetProperty("totalRequests").GetInt64().Should().Be(Setup.OfOne + Setup.OfTwo);
        stats.GetProperty("totalInputTokens").GetInt64().Should().Be(setup.Charged.Sum(s => s.InputTokens)).And.BePositive();
        stats.GetProperty("totalOutputTokens").GetInt64().Should().Be(setup.Charged.Sum(s => s.OutputTokens)).And.BePositive();
        stats.GetProperty("averageLatency").GetDouble().Should().BePositive();
        stats.GetProperty("successRate").GetDouble().Should().BeApproximately((Setup.OfOne + Setup.OfTwo - 1.0) / (Setup.OfOne + Setup.OfTwo), 0.0001);
    }

    [Fact]
    public async Task usage_carries_the_last_hundred_requests_latest_first()
    {
        var usage = await GetAsync("/admin/usage", TestGateway.OperatorKey);

        usage.EnumerateObject().Select(p => p.Name).Should().Equal("stats", "metrics");
        usage.GetProperty("stats").GetProperty("totalRequests").GetInt64().Should().Be(Setup.OfOne + Setup.OfTwo);
        var metrics = usage.GetProperty("metrics").EnumerateArray().ToList();
        metrics.Should().HaveCount(100);
        metrics.Select(m => m.GetProperty("timestamp").GetString()).Should().BeInDescendingOrder(StringComparer.Ordinal);
        metrics[0].EnumerateObject().Select(p => p.Name).Should().Contain(
            ["request_id", "device_id", "user_id", "org_id", "model", "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "latency_ms", "status", "timestamp"]);
        metrics[0].GetProperty("timestamp").GetString().Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        metrics[0].GetProperty("request_id").GetString().Should().Be(setup.LastRequestId, "it is the id that the client got");
        metrics[0].GetProperty("model").GetString().Should().Be("claude-haiku-4-5");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?device_id=a-device-0001")]
    [InlineData("?device_id=")]
    [InlineData("?device_id=a-device-0001&device_id=a-device-0002")]
    [InlineData("?device_id=%25")]
    [InlineData("?Device_Id=a-device-0001")]
    [InlineData("?device_id='%20OR%20'1'='1")]
    public async Task a_device_sees_its_own_rows_whatever_it_asks_for(string query)
    {
        using var response = await SendAsync("/admin/usage" + query, setup.Two);
        if (response.StatusCode == HttpStatusCode.BadRequest)
        {
            return;
        }

        var usage = await response.Content.ReadFromJsonAsync<JsonElement>();
        usage.GetProperty("stats").GetProperty("totalRequests").GetInt64().Should().Be(Setup.OfTwo);
        usage.GetProperty("metrics").EnumerateArray().Select(m => m.GetProperty("device_id").GetString()).Distinct().Should().Equal("a-device-0002");
        (await GetAsync("/admin/stats" + query, setup.Two)).GetProperty("totalRequests").GetInt64().Should().Be(Setup.OfTwo);
    }

    [Theory]
    [InlineData("?device_id=a-device-0001", Setup.OfOne)]
    [InlineData("?device_id=a-device-0002", Setup.OfTwo)]
    [InlineData("?device_id=a-device-", 0)]
    [InlineData("?device_id=%25", 0)]
    [InlineData("?device_id='%20OR%20'1'='1", 0)]
    [InlineData("?model=claude-haiku-4-5", Setup.OfTwo)]
    [InlineData("?model=claude-haiku-4-5&device_id=a-device-0001", 0)]
    [InlineData("?from=2020-01-01T00:00:00Z", Setup.OfOne + Setup.OfTwo)]
    [InlineData("?to=2020-01-01T00:00:00Z", 0)]
    [InlineData("?from=2099-01-01", 0)]
    [InlineData("?from=2020-01-01T00:00:00%2B02:00&to=2099-01-01T00:00:00Z", Setup.OfOne + Setup.OfTwo)]
    public async Task an_operator_filters(string query, int expected)
    {
        (await GetAsync("/admin/stats" + query, TestGateway.OperatorKey)).GetProperty("totalRequests").GetInt64().Should().Be(expected);
        (await GetAsync("/admin/usage" + query, TestGateway.OperatorKey)).GetProperty("metrics").GetArrayLength().Should().Be(Math.Min(expected, 100));
    }

    [Theory]
    [InlineData("?device=a-device-0001")]
    [InlineData("?from=yesterday")]
    [InlineData("?to=1e9")]
    [InlineData("?from=2020-13-01")]
    [InlineData("?from=2020-01-01&from=2021-01-01")]
    [InlineData("?limit=5")]
    [InlineData("?model=a&model=b")]
    [InlineData("?device_id=a-device-0001&device_id=a-device-0002")]
    public async Task a_filter_that_isnt_one_is_refused(string query)
    {
        foreach (var path in new[] { "/admin/stats", "/admin/usage" })
        {
            using var response = await SendAsync(path + query, TestGateway.OperatorKey);

            response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
            response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        }
    }

    [Fact]
    public async Task nothing_used_is_nothing_and_no_error()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var response = await gateway.Http.SendAsync(TestGateway.Call(await gateway.TokenAsync(), "/admin/usage"));

        var usage = await response.Content.ReadFromJsonAsync<JsonElement>();

        usage.GetProperty("stats").GetProperty("totalRequests").GetInt64().Should().Be(0);
        usage.GetProperty("stats").GetProperty("averageLatency").GetDouble().Should().Be(0);
        usage.GetProperty("stats").GetProperty("successRate").GetDouble().Should().Be(1);
        usage.GetProperty("metrics").GetArrayLength().Should().Be(0);
    }

    private Task<HttpResponseMessage> SendAsync(string path, string credential) => setup.Gateway.Http.SendAsync(TestGateway.Call(credential, path));

    private async Task<JsonElement> GetAsync(string path, string credential)
    {
        using var response = await SendAsync(path, credential);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public sealed class Setup : IAsyncLifetime
    {
        public const int OfOne = 101;
        public const int OfTwo = 3;

        public TestGateway Gateway { get; private set; } = null!;

        public string Two { get; private set; } = "";

        public string LastRequestId { get; private set; } = "";

        internal IReadOnlyList<Latchkey.Simulator.Bookkeeping.TokenSums> Charged => [.. Gateway.Tally.Totals().Delivered.Values];

        public async ValueTask InitializeAsync()
        {
            Gateway = await TestGateway.StartAsync();
            var one = await Gateway.TokenAsync("a-device-0001");
            Two = await Gateway.TokenAsync("a-device-0002");
            for (var i = 0; i < OfOne; i++)
            {
                await CallAsync(one, TestGateway.Message(i == 0 ? "[simulate: status=500]" : "Hello"));
            }

            for (var i = 0; i < OfTwo; i++)
            {
                await CallAsync(Two, TestGateway.Message(model: "claude-haiku-4-5"));
            }
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();

        private async Task CallAsync(string token, string json)
        {
            using var response = await Gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", json));
            await response.Content.ReadAsStringAsync();
            LastRequestId = response.Headers.GetValues("x-latchkey-request-id").Single();
        }
    }
}
