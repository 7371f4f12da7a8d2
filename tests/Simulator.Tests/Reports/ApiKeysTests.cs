using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Reports;

public class ApiKeysTests : ReportTest
{
    [Fact]
    public async Task keys_that_called_are_listed_by_hint_and_never_whole()
    {
        await CallAsync("""{"input_tokens":1}""", key: "sk-ant-api03-R2D2-and-so-on-and-so-on-igAA");
        await CallAsync("""{"input_tokens":1}""", key: "short");
        await CallAsync("""{"input_tokens":1}""", key: "sk-ant-api03-R2D2-and-so-on-and-so-on-igAA");
        await ReportAsync("usage_report/messages?starting_at=2026-11-22T00:00:00Z");

        var report = await ReportAsync("api_keys");

        report.EnumerateObject().Select(p => p.Name).Should().Equal("data", "has_more", "first_id", "last_id");
        var keys = report.GetProperty("data").EnumerateArray().ToList();
        keys.Select(k => k.GetProperty("partial_key_hint").GetString()).Should().Equal("sk-ant-api03-R2D...igAA", "sh...t");
        keys[0].EnumerateObject().Select(p => p.Name).Should().Equal("id", "type", "name", "workspace_id", "created_at", "created_by", "partial_key_hint", "status");
        keys[0].GetProperty("type").GetString().Should().Be("api_key");
        keys[0].GetProperty("status").GetString().Should().Be("active");
        report.GetProperty("first_id").GetString().Should().Be(keys[0].GetProperty("id").GetString());
        var usage = await ReportAsync("usage_report/messages?starting_at=2026-11-22T00:00:00Z&group_by[]=api_key_id");
        ResultsOf(usage).Select(r => r.GetProperty("api_key_id").GetString()).Should().BeEquivalentTo(keys.Select(k => k.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task a_key_that_was_refused_is_no_key_of_the_organisation()
    {
        await using var strict = await RunningSimulator.StartAsync("--Simulator:ApiKeys=sk-ant-known-key-0123456789");
        using var refused = await strict.PostAsync(RunningSimulator.Ask(), headers: ("x-api-key", "sk-ant-stranger-0123456789"));
        await strict.RowOf(refused);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/organizations/api_keys");
        request.Headers.Add("x-api-key", AdminKey);
        using var response = await strict.Http.SendAsync(request, TestContext.Current.CancellationToken);

        (await RunningSimulator.JsonOf(response)).GetProperty("data").EnumerateArray().Select(k => k.GetProperty("partial_key_hint").GetString())
            .Should().Equal("sk-ant-known-...6789");
    }

    [Fact]
    public async Task keys_are_paged()
    {
        foreach (var i in Enumerable.Range(0, 3))
        {
            await CallAsync("""{"input_tokens":1}""", key: $"sk-ant-key-number-{i}");
        }

        var first = await ReportAsync("api_keys?limit=2");
        var second = await ReportAsync($"api_keys?limit=2&after_id={first.GetProperty("last_id").GetString()}");

        (first.GetProperty("data").GetArrayLength(), first.GetProperty("has_more").GetBoolean()).Should().Be((2, true));
        (second.GetProperty("data").GetArrayLength(), second.GetProperty("has_more").GetBoolean()).Should().Be((1, false));
    }
}
