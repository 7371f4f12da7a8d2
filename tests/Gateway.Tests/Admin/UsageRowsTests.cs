using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.Tests.Storage;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Admin;

public sealed class UsageRowsTests(UsageSetup setup) : IClassFixture<UsageSetup>
{
    private const string Path = "/admin/usage/rows";

    private IEnumerable<string> Expected => setup.Rows
        .OrderByDescending(e => e.StartedAt).ThenByDescending(e => e.RequestId, StringComparer.Ordinal).ThenByDescending(e => e.Kind, StringComparer.Ordinal)
        .Select(e => $"{e.RequestId} {e.Kind}");

    [Fact]
    public async Task pages_together_are_all_rows_corrections_too()
    {
        var pages = new List<string>();
        string? cursor = "";
        do
        {
            var page = await setup.GetAsync($"{Path}?limit=50{cursor}");
            pages.AddRange(page.GetProperty("rows").EnumerateArray().Select(r => $"{r.GetProperty("request_id")} {r.GetProperty("kind")}"));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);

        pages.Should().Equal(Expected);
        pages.Should().Contain(p => p.EndsWith("rerated:v2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_page_stays_where_it_was_while_rows_are_added()
    {
        var own = new UsageSetup();
        await own.InitializeAsync();
        await using var _ = own;
        var first = await own.GetAsync($"{Path}?limit=10");
        await own.AddAsync(Entries.One("req_new", Entries.Begin.AddDays(20)));

        var second = await own.GetAsync($"{Path}?limit=10&cursor={first.GetProperty("next_cursor").GetString()}");

        second.GetProperty("rows")[0].GetProperty("request_id").GetString().Should().Be(Expected.ElementAt(10).Split(' ')[0]);
    }

    [Fact]
    public async Task a_row_has_all_its_columns_in_json_and_csv()
    {
        var row = (await setup.GetAsync($"{Path}?limit=1")).GetProperty("rows")[0];
        var lines = await setup.CsvAsync($"{Path}?format=csv");

        row.EnumerateObject().Select(p => p.Name).Should().Equal(RowColumns.All.Select(c => c.Name)).And.Contain(
            ["kind", "quality", "quality_reason", "price_version", "cost_usd", "cost_nano_usd", "abort", "ending", "client_session_id", "client_agent_id", "client_parent_agent_id"]);
        lines[0].Should().Equal(RowColumns.All.Select(c => c.Name));
        lines.Skip(1).Select(l => $"{l[1]} {l[2]}").Should().Equal(Expected);
        lines[1][0].Should().Be(row.GetProperty("timestamp").GetString());
        lines[1][22].Should().Be(row.GetProperty("cost_usd").GetRawText());
    }

    [Fact]
    public async Task a_device_sees_its_own_rows_and_not_which_key_paid()
    {
        var lines = await setup.CsvAsync($"{Path}?format=csv&device_id=b-device-0004", setup.Device);

        lines.Skip(1).Should().HaveCount(setup.Rows.Count(r => r.DeviceId == "a-device-0001"));
        lines.Skip(1).Should().OnlyContain(l => l[4] == "a-device-0001" && l[35] == "");
        lines[0][35].Should().Be("key_fingerprint");
        (await setup.CsvAsync($"{Path}?format=csv")).Skip(1).Should().Contain(l => l[35] == "k1");
    }

    [Fact]
    public async Task filters_hold_for_rows()
    {
        var page = await setup.GetAsync($"{Path}?session=s1&org_id=acme&limit=1000");

        page.GetProperty("rows").GetArrayLength().Should().Be(setup.Rows.Count(r => r is { ClientSessionId: "s1", OrgId: "acme" })).And.BePositive();
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("group_by=device", "group_by")]
    [InlineData("format=pdf", "format")]
    [InlineData("format=csv&limit=5", "limit")]
    [InlineData("from=now", "from")]
    public async Task what_isnt_understood_is_named(string query, string parameter) => await setup.RefusedAsync($"{Path}?{query}", parameter);

    [Fact]
    public async Task a_cursor_of_other_filters_is_refused()
    {
        var cursor = (await setup.GetAsync($"{Path}?limit=1")).GetProperty("next_cursor").GetString();

        await setup.RefusedAsync($"{Path}?org_id=acme&cursor={cursor}", "cursor");
        await setup.RefusedAsync($"{Path}?cursor={cursor}", "cursor", setup.Device);
    }

    [Fact]
    public async Task many_rows_are_streamed()
    {
        var own = new UsageSetup();
        await own.InitializeAsync();
        await using var _ = own;
        await own.AddAsync([.. Enumerable.Range(0, 3000).Select(i => Entries.One($"req_more_{i:D5}", Entries.Begin.AddDays(4).AddSeconds(i)))]);

        using var message = TestGateway.Call(TestGateway.OperatorKey, $"{Path}?format=csv&from=2026-03-05");
        using var response = await own.Gateway.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);

        response.Headers.TransferEncodingChunked.Should().BeTrue();
        (await response.Content.ReadAsStringAsync()).Split("\r\n").Should().HaveCount(3002);
    }

    [Fact]
    public async Task a_name_that_a_spreadsheet_would_run_is_made_harmless()
    {
        var own = new UsageSetup();
        await own.InitializeAsync();
        await using var _ = own;
        await own.AddAsync(Entries.One("req_evil", Entries.Begin.AddDays(9)) with { UserId = "=cmd|' /C calc'!A0" });

        var lines = await own.CsvAsync($"{Path}?format=csv&from=2026-03-10");

        lines.Should().HaveCount(2);
        lines[1][5].Should().Be("'=cmd|' /C calc'!A0");
    }
}
