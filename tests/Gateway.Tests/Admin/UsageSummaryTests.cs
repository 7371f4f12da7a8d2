using System.Globalization;
using System.Text;
using System.Text.Json;
using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.Tests.Storage;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Admin;

public sealed class UsageSummaryTests(UsageSetup setup) : IClassFixture<UsageSetup>
{
    private const string Path = "/admin/usage/summary";

    [Fact]
    public async Task everything_is_one_group()
    {
        var summary = await setup.GetAsync(Path);

        summary.EnumerateObject().Select(p => p.Name).Should().Equal("from", "to", "group_by", "groups", "next_cursor");
        var all = summary.GetProperty("groups").EnumerateArray().Should().ContainSingle().Which;
        var expected = UsageModel.SumsOf([.. setup.Rows]);
        all.EnumerateObject().Select(p => p.Name).Should().Equal(
            "requests", "succeeded", "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_creation_1h_input_tokens", "cache_read_input_tokens",
            "web_search_requests", "cost_usd", "cost_nano_usd", "average_latency_ms", "success_rate");
        all.GetProperty("requests").GetInt64().Should().Be(expected.Requests);
        all.GetProperty("cost_nano_usd").GetInt64().Should().Be(expected.CostNanoDollars);
        all.GetProperty("cost_usd").GetDecimal().Should().Be(expected.CostNanoDollars / 1_000_000_000m);
        all.GetProperty("cache_creation_1h_input_tokens").GetInt64().Should().Be(expected.CacheCreation1hInputTokens);
        all.GetProperty("web_search_requests").GetInt64().Should().Be(expected.WebSearchRequests);
        summary.GetProperty("next_cursor").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task groups_carry_their_values_by_the_names_that_rows_have()
    {
        var groups = (await setup.GetAsync($"{Path}?group_by=organization,day,hour,user,parent_agent&from=2026-03-01&to=2026-03-01T01:00Z&limit=1000")).GetProperty("groups").EnumerateArray().ToList();

        groups.Should().NotBeEmpty();
        groups[0].EnumerateObject().Take(5).Select(p => p.Name).Should().Equal("org_id", "day", "hour", "user_id", "client_parent_agent_id");
        groups[0].GetProperty("org_id").ValueKind.Should().Be(JsonValueKind.Null, "rows without one come first");
        groups.Should().OnlyContain(g => g.GetProperty("day").GetString() == "2026-03-01" && g.GetProperty("hour").GetString() == "2026-03-01T00:00:00.000Z");
    }

    [Theory]
    [InlineData("key")]
    [InlineData("-cost")]
    public async Task pages_together_are_the_whole(string order)
    {
        var whole = (await setup.GetAsync($"{Path}?group_by=device,model,day&order_by={order}&limit=1000")).GetProperty("groups").EnumerateArray().Select(g => g.GetRawText()).ToList();

        var pages = new List<string>();
        var cursor = "";
        do
        {
            var page = await setup.GetAsync($"{Path}?group_by=device,model,day&order_by={order}&limit=7{cursor}");
            pages.AddRange(page.GetProperty("groups").EnumerateArray().Select(g => g.GetRawText()));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);

        pages.Should().Equal(whole);
        whole.Should().HaveCountGreaterThan(20);
    }

    [Fact]
    public async Task in_the_order_of_cost_pages_are_of_one_moment()
    {
        var own = new UsageSetup();
        await own.InitializeAsync();
        await using var _ = own;
        var path = $"{Path}?group_by=device&order_by=-cost&limit=2";
        var first = await own.GetAsync(path);
        await own.AddAsync(Entries.One("req_late", DateTimeOffset.Parse("2099-01-01T00:00:00Z", CultureInfo.InvariantCulture), "z-device-0009", cost: 1_000_000_000_000), Entries.One("req_later", DateTimeOffset.Parse("2099-01-01T00:00:00Z", CultureInfo.InvariantCulture), cost: 1_000_000_000_000));

        var second = await own.GetAsync($"{path}&cursor={first.GetProperty("next_cursor").GetString()}");

        first.GetProperty("groups").EnumerateArray().Concat(second.GetProperty("groups").EnumerateArray()).Select(g => g.GetProperty("device_id").GetString())
            .Should().BeEquivalentTo("a-device-0001", "a-device-0002", "A-device-0003", "b-device-0004");
    }

    [Fact]
    public async Task a_cursor_that_was_touched_or_is_of_another_question_is_refused()
    {
        var cursor = (await setup.GetAsync($"{Path}?group_by=device&limit=1")).GetProperty("next_cursor").GetString()!;
        await setup.GetAsync($"{Path}?group_by=device&limit=2&cursor={cursor}");

        foreach (var query in new[] { "group_by=model", "group_by=device,model", "group_by=device&order_by=-cost", "group_by=device&from=2026-01-01", "" })
        {
            await setup.RefusedAsync($"{Path}?{query}&cursor={cursor}", "cursor");
        }

        foreach (var text in new[] { "x", "%20", cursor[1..], cursor[..^3], Convert.ToBase64String(Encoding.UTF8.GetBytes("[]")), Convert.ToBase64String(Encoding.UTF8.GetBytes("{}")).TrimEnd('='), new string('a', 400) })
        {
            await setup.RefusedAsync($"{Path}?group_by=device&cursor={text}", "cursor");
        }

        for (var i = 0; i < cursor.Length; i++)
        {
            using var response = await setup.SendAsync($"{Path}?group_by=device&cursor={cursor[..i]}{(cursor[i] == 'A' ? 'B' : 'A')}{cursor[(i + 1)..]}", TestGateway.OperatorKey);
            ((int)response.StatusCode).Should().BeOneOf(200, 400);
        }
    }

    [Fact]
    public async Task one_devices_cursor_shows_another_nothing()
    {
        var cursor = (await setup.GetAsync($"{Path}?group_by=device,day&limit=1&device_id=b-device-0004")).GetProperty("next_cursor").GetString()!;

        await setup.RefusedAsync($"{Path}?group_by=device,day&cursor={cursor}", "cursor", setup.Device);
    }

    [Theory]
    [InlineData("group_by=devices", "group_by")]
    [InlineData("group_by=device,device", "group_by")]
    [InlineData("group_by=device,", "group_by")]
    [InlineData("group_by=device&group_by=model", "group_by")]
    [InlineData("order_by=cost", "order_by")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("format=xml", "format")]
    [InlineData("format=csv&limit=5", "limit")]
    [InlineData("format=csv&cursor=abc", "cursor")]
    [InlineData("from=2026-03-02&to=2026-03-01", "to")]
    [InlineData("from=2026-03-01&to=2026-03-01", "to")]
    [InlineData("from=12:00", "from")]
    [InlineData("to=2026-02-30", "to")]
    [InlineData("user_id=a%00b", "user_id")]
    [InlineData("colour=red", "colour")]
    public async Task what_isnt_understood_is_named(string query, string parameter) => await setup.RefusedAsync($"{Path}?{query}", parameter);

    [Fact]
    public async Task a_device_sees_its_own_sums_however_it_groups()
    {
        var own = UsageModel.SumsOf([.. setup.Rows.Where(r => r.DeviceId == "a-device-0001")]);
        foreach (var query in new[] { "group_by=device", "group_by=device&device_id=b-device-0004", "group_by=organization,user,session", "" })
        {
            var groups = (await setup.GetAsync($"{Path}?limit=1000&{query}", setup.Device)).GetProperty("groups").EnumerateArray().ToList();

            groups.Sum(g => g.GetProperty("requests").GetInt64()).Should().Be(own.Requests);
            groups.Where(g => g.TryGetProperty("device_id", out var id) && id.GetString() != "a-device-0001").Should().BeEmpty();
        }

        await setup.RefusedAsync($"{Path}?group_by=key", "group_by", setup.Device);
    }

    [Fact]
    public async Task csv_has_every_group_at_once()
    {
        var lines = await setup.CsvAsync($"{Path}?group_by=device,session,hour&format=csv");

        var expected = UsageModel.Groups(setup.Rows, new SummaryQuestion(new UsageFilter(), [UsageDimension.Device, UsageDimension.Session, UsageDimension.Hour]));
        lines[0].Should().StartWith(["device_id", "client_session_id", "hour", "requests"]).And.EndWith(["average_latency_ms", "success_rate"]);
        lines.Skip(1).Select(l => $"{l[0]}|{l[1]}|{l[3]}|{l[12]}").Should().Equal(
            expected.Select(g => $"{g.Key[0]}|{g.Key[1]}|{g.Sums.Requests}|{g.Sums.CostNanoDollars}"));
        lines.Should().HaveCountGreaterThan(150, "more than a page of JSON has");
        lines.Skip(1).Should().OnlyContain(l => decimal.Parse(l[11], CultureInfo.InvariantCulture) * 1_000_000_000m == decimal.Parse(l[12], CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("text/csv")]
    [InlineData("text/csv, application/json;q=0.5")]
    [InlineData("text/html, text/csv;q=0.9, */*;q=0.1")]
    public async Task csv_can_be_asked_for_by_the_header(string accept) =>
        (await setup.CsvAsync($"{Path}?group_by=model", accept: accept)).Should().HaveCount(4);

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/json, text/csv;q=0.5")]
    [InlineData("text/csv;q=0")]
    public async Task json_is_what_others_get(string accept)
    {
        using var response = await setup.SendAsync($"{Path}?group_by=model", TestGateway.OperatorKey, accept);

        response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    public void a_text_is_never_a_formula_nor_a_second_cell(string text, string cell) => CsvAnswer.CellOf(text).Should().Be(cell);

    [Fact]
    public void numbers_stay_numbers_in_csv()
    {
        CsvAnswer.CellOf(-5L).Should().Be("-5");
        CsvAnswer.CellOf(0.0000147m).Should().Be("0.0000147");
        CsvAnswer.CellOf(true).Should().Be("true");
        CsvAnswer.CellOf(null).Should().Be("");
    }
}
