using System.Globalization;
using System.Text.Json;

namespace Latchkey.Simulator.Tests.Reports;

public class CostReportTests : ReportTest
{
    private const string Day = "cost_report?starting_at=2026-11-22T00:00:00Z&ending_at=2026-11-23T00:00:00Z";

    [Theory]
    [InlineData("claude-opus-5-5", """{"input_tokens":30,"output_tokens":21}""", 540_000)]
    [InlineData("claude-opus-5-5-20260915", """{"input_tokens":30}""", 120_000)]
    [InlineData("claude-opus-5-5", """{"cache_creation_input_tokens":10,"cache_creation":{"ephemeral_1h_input_tokens":4},"cache_read_input_tokens":100}""", (6 * 5000) + (4 * 8000) + (100 * 200))]
    [InlineData("claude-opus-5-5", """{"input_tokens":30,"speed":"fast"}""", 240_000)]
    [InlineData("claude-opus-5-5", """{"input_tokens":30,"inference_geo":"us"}""", 132_000)]
    [InlineData("claude-opus-4-5", """{"input_tokens":30,"inference_geo":"us"}""", 150_000)]
    [InlineData("claude-opus-5-5", """{"server_tool_use":{"web_search_requests":2}}""", 20_000_000)]
    [InlineData("claude-haiku-5-5", """{"input_tokens":100000,"output_tokens":1}""", (100_000 * 100) + 500)]
    [InlineData("claude-haiku-5-5", """{"input_tokens":99999,"cache_read_input_tokens":2,"output_tokens":1}""", (99_999 * 500) + (2 * 50) + 2500)]
    [InlineData("claude-unheard-of-9", """{"input_tokens":30}""", 150_000)]
    public async Task a_message_costs_what_the_list_says(string model, string usage, long nanoDollars)
    {
        var zeroed = """{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,""" + usage[1..];
        await CallAsync(zeroed, model);

        var result = ResultsOf(await ReportAsync(Day)).Should().ContainSingle().Subject;

        (Amount(result) * 10_000_000).Should().Be(nanoDollars);
        result.GetProperty("currency").GetString().Should().Be("USD");
        result.EnumerateObject().Where(p => p.Name is not ("currency" or "amount")).Should().OnlyContain(p => p.Value.ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task grouped_by_description_each_kind_of_token_is_an_item()
    {
        await CallAsync("""{"input_tokens":30,"output_tokens":21,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"server_tool_use":{"web_search_requests":1}}""");

        var results = ResultsOf(await ReportAsync(Day + "&group_by[]=description&group_by[]=workspace_id"));

        results.Select(r => (r.GetProperty("token_type").GetString(), r.GetProperty("cost_type").GetString(), r.GetProperty("model").GetString(), Amount(r))).Should().BeEquivalentTo(new[]
        {
            ("uncached_input_tokens", "tokens", "claude-opus-5-5", 0.012m),
            ("output_tokens", "tokens", "claude-opus-5-5", 0.042m),
            ((string?)null, "web_search", (string?)null, 1m),
        });
        results.Where(r => r.GetProperty("cost_type").GetString() == "tokens").Should().OnlyContain(r => r.GetProperty("description").GetString()!.StartsWith("claude-opus-5-5 Usage - "));
    }

    [Fact]
    public async Task a_batch_costs_half()
    {
        await BatchAsync("""{"input_tokens":30,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}""");

        Amount(ResultsOf(await ReportAsync(Day)).Single()).Should().Be(0.006m);
    }

    [Fact]
    public async Task days_are_paged()
    {
        await CallAsync("""{"input_tokens":30}""");
        Clock.Now += TimeSpan.FromDays(2);
        await CallAsync("""{"input_tokens":30}""");

        var first = await ReportAsync("cost_report?starting_at=2026-11-22T00:00:00Z&limit=2");
        var second = await ReportAsync("cost_report?starting_at=2026-11-22T00:00:00Z&limit=2&page=" + Uri.EscapeDataString(first.GetProperty("next_page").GetString()!));

        first.GetProperty("data").GetArrayLength().Should().Be(2);
        second.GetProperty("data").GetArrayLength().Should().Be(1);
        second.GetProperty("has_more").GetBoolean().Should().BeFalse();
        Amount(ResultsOf(second).Single()).Should().Be(Amount(ResultsOf(first).Single()));
    }

    private static decimal Amount(JsonElement result) => decimal.Parse(result.GetProperty("amount").GetString()!, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
