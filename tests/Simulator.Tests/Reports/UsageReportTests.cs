using System.Net;
using System.Text.Json;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Reports;

public class UsageReportTests : ReportTest
{
    private const string Day = "usage_report/messages?starting_at=2026-11-22T00:00:00Z&ending_at=2026-11-23T00:00:00Z";

    [Fact]
    public async Task a_day_is_summed_by_kind_of_token_in_the_apis_shape()
    {
        await CallAsync("""{"input_tokens":30,"output_tokens":21,"cache_creation_input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":6,"ephemeral_1h_input_tokens":4},"cache_read_input_tokens":7,"server_tool_use":{"web_search_requests":2}}""");
        await CallAsync("""{"input_tokens":3,"output_tokens":2}""", "claude-haiku-5-5");

        var report = await ReportAsync(Day);

        report.EnumerateObject().Select(p => p.Name).Should().Equal("data", "has_more", "next_page");
        var bucket = report.GetProperty("data").EnumerateArray().Should().ContainSingle().Subject;
        bucket.GetProperty("starting_at").GetString().Should().Be("2026-11-22T00:00:00Z");
        bucket.GetProperty("ending_at").GetString().Should().Be("2026-11-23T00:00:00Z");
        var result = ResultsOf(report).Should().ContainSingle().Subject;
        result.GetRawText().Should().Be(
            """
            {"api_key_id":null,"workspace_id":null,"model":null,"service_tier":null,"context_window":null,"inference_geo":null,"uncached_input_tokens":33,"cache_creation":{"ephemeral_1h_input_tokens":4,"ephemeral_5m_input_tokens":6},"cache_read_input_tokens":7,"output_tokens":23,"server_tool_use":{"web_search_requests":2}}
            """);
    }

    [Fact]
    public async Task groups_divide_it()
    {
        await CallAsync("""{"input_tokens":30}""");
        await CallAsync("""{"input_tokens":40}""", key: "sk-ant-another-key-0123456789");
        await CallAsync("""{"input_tokens":300000,"inference_geo":"us","service_tier":"priority"}""", "claude-haiku-5-5");

        var results = ResultsOf(await ReportAsync(Day + "&group_by[]=model&group_by[]=api_key_id&group_by[]=context_window&group_by[]=inference_geo&group_by[]=service_tier&group_by[]=workspace_id"));

        results.Select(r => r.GetProperty("model").GetString()).Should().Equal("claude-haiku-5-5", "claude-opus-5-5", "claude-opus-5-5");
        results.Select(r => r.GetProperty("api_key_id").GetString()).Distinct().Should().HaveCount(2).And.OnlyContain(id => id!.StartsWith("apikey_01"));
        results[0].GetProperty("context_window").GetString().Should().Be("200k-1M");
        results[0].GetProperty("inference_geo").GetString().Should().Be("us");
        results[0].GetProperty("service_tier").GetString().Should().Be("priority");
        results[1].GetProperty("context_window").GetString().Should().Be("0-200k");
        results[1].GetProperty("inference_geo").GetString().Should().Be("not_available");
        results.Should().OnlyContain(r => r.GetProperty("workspace_id").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task filters_leave_out()
    {
        await CallAsync("""{"input_tokens":30}""");
        await CallAsync("""{"input_tokens":40}""", "claude-haiku-5-5", "sk-ant-another-key-0123456789");
        var other = "apikey_01" + Received.HashOfKey("sk-ant-another-key-0123456789")[..22];

        (await InputAsync("&models[]=claude-opus-5-5")).Should().Be(30);
        (await InputAsync($"&api_key_ids[]={other}")).Should().Be(40);
        (await InputAsync($"&api_key_ids[]={other}&models[]=claude-opus-5-5")).Should().Be(0);
        (await InputAsync("&models[]=claude-opus-5-5&models[]=claude-haiku-5-5")).Should().Be(70);
        (await InputAsync("&workspace_ids[]=wrkspc_1")).Should().Be(0);
    }

    [Fact]
    public async Task each_step_counts_at_its_own_model()
    {
        await CallAsync("""{"input_tokens":10,"output_tokens":5,"iterations":[{"type":"message","input_tokens":10,"output_tokens":5},{"type":"advisor_message","model":"claude-opus-5-5","input_tokens":40,"output_tokens":12}]}""", "claude-haiku-5-5");

        var results = ResultsOf(await ReportAsync(Day + "&group_by[]=model"));

        results.Select(r => (r.GetProperty("model").GetString(), r.GetProperty("uncached_input_tokens").GetInt64()))
            .Should().Equal(("claude-haiku-5-5", 10), ("claude-opus-5-5", 40));
    }

    [Theory]
    [InlineData("1d", 2, "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("1h", 25, "2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z")]
    [InlineData("1m", 1441, "2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z")]
    public async Task buckets_are_snapped_and_pages_lead_through_all_of_them(string width, int buckets, string first, string second)
    {
        await CallAsync("""{"input_tokens":1}""");
        Clock.Now += TimeSpan.FromDays(1);
        await CallAsync("""{"input_tokens":10}""");

        var seen = new List<JsonElement>();
        var start = width == "1d" ? "2026-11-22T07:08:09Z" : "2026-11-22T12:00:30Z";
        var query = $"usage_report/messages?starting_at={start}&bucket_width={width}&limit={(width == "1m" ? 1000 : 10)}";
        var page = await ReportAsync(query);
        for (; page.GetProperty("has_more").GetBoolean(); page = await ReportAsync($"{query}&page={Uri.EscapeDataString(page.GetProperty("next_page").GetString()!)}"))
        {
            seen.AddRange(page.GetProperty("data").EnumerateArray());
        }

        page.GetProperty("next_page").ValueKind.Should().Be(JsonValueKind.Null);
        seen.AddRange(page.GetProperty("data").EnumerateArray());
        seen.Should().HaveCount(buckets);
        seen.Where(b => b.GetProperty("results").GetArrayLength() > 0).Select(b => b.GetProperty("starting_at").GetString()).Should().Equal(first, second);
        seen.Zip(seen.Skip(1)).Should().OnlyContain(pair => pair.First.GetProperty("ending_at").GetString() == pair.Second.GetProperty("starting_at").GetString());
    }

    [Fact]
    public async Task a_stream_that_was_left_counts_what_was_generated()
    {
        using (var gone = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
            {
                Content = new StringContent(RunningSimulator.Ask("hello [simulate: stall=3 usage={\"input_tokens\":30,\"output_tokens\":500}]", stream: true).ToJsonString()),
            };
            using var response = await Simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone.Token);
            await gone.CancelAsync();
        }

        await Simulator.Tally.WaitForAsync(row => row.Ending == Ending.ClientLeft, TestContext.Current.CancellationToken);
        ResultsOf(await ReportAsync(Day)).Should().ContainSingle().Which.GetProperty("output_tokens").GetInt64().Should().Be(500);
    }

    [Fact]
    public async Task a_batch_counts_once_when_it_is_made()
    {
        var made = await BatchAsync("""{"input_tokens":30}""");
        for (var i = 0; i < 2; i++)
        {
            using var results = await Simulator.Http.GetAsync($"/v1/messages/batches/{made.GetProperty("id").GetString()}/results", TestContext.Current.CancellationToken);
            await Simulator.RowOf(results);
        }

        var result = ResultsOf(await ReportAsync(Day + "&group_by[]=service_tier")).Should().ContainSingle().Subject;
        result.GetProperty("service_tier").GetString().Should().Be("batch");
        result.GetProperty("uncached_input_tokens").GetInt64().Should().Be(30);
    }

    [Fact]
    public async Task what_was_refused_isnt_billed()
    {
        using var refused = await Simulator.PostAsync(RunningSimulator.Simulate("status=529"));
        using var counted = await Simulator.PostAsync(RunningSimulator.Ask(), "/v1/messages/count_tokens");
        await Simulator.RowOf(counted);

        ResultsOf(await ReportAsync(Day)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("usage_report/messages", "starting_at")]
    [InlineData("usage_report/messages?starting_at=yesterday", "starting_at")]
    [InlineData("usage_report/messages?starting_at=2026-11-22T00:00:00Z&bucket_width=1w", "bucket_width")]
    [InlineData("usage_report/messages?starting_at=2026-11-22T00:00:00Z&limit=32", "limit")]
    [InlineData("usage_report/messages?starting_at=2026-11-22T00:00:00Z&group_by[]=colour", "group_by")]
    [InlineData("usage_report/messages?starting_at=2026-11-22T00:00:00Z&page=page_x", "page")]
    [InlineData("cost_report?starting_at=2026-11-22T00:00:00Z&bucket_width=1h", "bucket_width")]
    [InlineData("cost_report?starting_at=2026-11-22T00:00:00Z&group_by[]=model", "group_by")]
    [InlineData("api_keys?limit=1001", "limit")]
    public async Task a_wrong_parameter_is_told(string pathAndQuery, string named)
    {
        var (status, body) = await AskAsync(pathAndQuery);

        status.Should().Be(HttpStatusCode.BadRequest);
        body.GetProperty("error").GetProperty("type").GetString().Should().Be("invalid_request_error");
        body.GetProperty("error").GetProperty("message").GetString().Should().StartWith(named + ":");
    }

    [Theory]
    [InlineData("x-api-key", RunningSimulator.Key)]
    [InlineData("Authorization", "Bearer " + AdminKey)]
    [InlineData(null, "")]
    public async Task only_an_admin_key_in_its_header_is_let_in(string? header, string key)
    {
        foreach (var path in new[] { Day, "cost_report?starting_at=2026-11-22T00:00:00Z", "api_keys" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Simulator.Http.BaseAddress + "v1/organizations/" + path);
            request.Headers.Add("anthropic-version", "2023-06-01");
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation(header, key);
            }

            using var client = new HttpClient(new SocketsHttpHandler());
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            (await RunningSimulator.JsonOf(response)).GetProperty("error").GetProperty("type").GetString().Should().Be("authentication_error");
        }
    }

    [Fact]
    public async Task an_admin_key_is_good_for_reports_only()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Ask(), headers: ("x-api-key", AdminKey));

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    private async Task<long> InputAsync(string filters) =>
        ResultsOf(await ReportAsync(Day + filters)).Sum(r => r.GetProperty("uncached_input_tokens").GetInt64());
}
