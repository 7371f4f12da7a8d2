using System.Text.Json;
using Latchkey.Claude;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath.Settle;

public class CostTests(CostTests.World world) : IClassFixture<CostTests.World>
{
    [Theory]
    [InlineData("claude-opus-5-5", false, 30 * 4000 + 21 * 20_000)]
    [InlineData("claude-haiku-5-5", true, 30 * 100 + 21 * 500)]
    public async Task a_row_has_its_price_to_the_nano_dollar_and_the_book_that_it_comes_from(string model, bool stream, long nanoDollars)
    {
        var row = await RowAsync(model, stream, "[simulate: usage={\"input_tokens\":30,\"output_tokens\":21}]");

        row["cost_nano_usd"].Should().Be(nanoDollars);
        row["price_version"].Should().Be(PriceBook.Default.PriceVersion);
        row["unpriced"].Should().Be(0L);
    }

    [Fact]
    public async Task an_unknown_model_is_never_free_and_is_flagged()
    {
        var row = await RowAsync("claude-opus-77", stream: false, "[simulate: usage={\"input_tokens\":30,\"output_tokens\":21}]");

        ((long)row["cost_nano_usd"]!).Should().BeGreaterThanOrEqualTo((30 * 15_000) + (21 * 75_000), "that is the dearest Opus");
        row["unpriced"].Should().Be(1L);
    }

    [Fact]
    public async Task a_call_that_the_upstream_refuses_costs_nothing()
    {
        var row = await RowAsync("claude-opus-5-5", stream: false, "[simulate: status=400]");

        row["cost_nano_usd"].Should().Be(0L);
        row["quality"].Should().Be("none");
    }

    [Fact]
    public async Task a_stream_that_breaks_off_is_charged_for_what_was_delivered()
    {
        var text = new string('x', 4000);
        var row = await RowAsync("claude-opus-5-5", stream: true, $"[simulate: text={text} events=10 cut=9]");

        row["quality"].Should().Be("estimated");
        var usage = JsonSerializer.Deserialize((string)row["usage"]!, UsageJson.Default.Usage)!;
        usage.OutputTokens.Should().BeGreaterThan(500, "a token is about four of the some 2,800 bytes that came, whatever the placeholder said");
        row["cost_nano_usd"].Should().Be(PriceBook.Default.Charge(usage, "claude-opus-5-5", "claude-opus-5-5", batch: false).NanoDollars);
    }

    [Fact]
    public async Task stats_and_usage_tell_the_cost_in_dollars()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync();
        using var answer = await gateway.Http.SendAsync(TestGateway.Call(
            token, "/v1/messages", TestGateway.Message("[simulate: usage={\"input_tokens\":30,\"output_tokens\":21}]", model: "claude-opus-5-5")));

        using var usage = await gateway.Http.SendAsync(TestGateway.Call(token, "/admin/usage"));
        var report = JsonDocument.Parse(await usage.Content.ReadAsStringAsync()).RootElement;

        report.GetProperty("stats").GetProperty("totalCostUsd").GetDecimal().Should().Be(0.00054m);
        report.GetProperty("metrics")[0].GetProperty("cost_usd").GetDecimal().Should().Be(0.00054m);
    }

    private async Task<Dictionary<string, object?>> RowAsync(string model, bool stream, string text)
    {
        using var response = await world.Gateway.Http.SendAsync(
            TestGateway.Call(world.Token, "/v1/messages", TestGateway.Message(text, stream, model)), HttpCompletionOption.ResponseHeadersRead);
        try
        {
            await response.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            // It broke off, as it should.
        }

        var id = response.Headers.GetValues("x-latchkey-request-id").Single();
        return (await world.Gateway.LedgerAsync()).Single(r => (string)r["request_id"]! == id);
    }

    public sealed class World : IAsyncLifetime
    {
        public TestGateway Gateway { get; private set; } = null!;

        public string Token { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Gateway = await TestGateway.StartAsync();
            Token = await Gateway.TokenAsync();
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
