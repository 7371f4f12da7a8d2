using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Latchkey.Cli.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Program;

/// <summary><c>latchkey usage</c>: a device's own figures from the real gateway.</summary>
public class UsageTests
{
    [Fact]
    public async Task a_table_tells_models_cost_budgets_and_limits()
    {
        await using var gateway = await TestGateway.StartAsync();
        await PutBudgetAsync(gateway);
        using var person = await Person.ArriveAsync(gateway.Address);
        await CallAsync(gateway, person);
        await CallAsync(gateway, person);

        var ran = await person.LatchkeyAsync("usage");

        ran.ExitCode.Should().Be(0, ran.Errors);
        ran.Output.Should().Contain("Used this month (UTC):").And.MatchRegex("claude-sonnet-5-5 +2 ").And.MatchRegex(@"Laptops .*\$25\.00 a month").And.NotContain("\e[");
        ran.Output.Should().MatchRegex("requests: [0-9 ]+ of 1 000 000 left");
    }

    [Fact]
    public async Task json_has_the_ledgers_figures_and_only_ones_own()
    {
        await using var gateway = await TestGateway.StartAsync();
        await PutBudgetAsync(gateway);
        using var person = await Person.ArriveAsync(gateway.Address);
        await CallAsync(gateway, person);
        using (await gateway.Http.SendAsync(TestGateway.Call(await gateway.TokenAsync("another-device"), "/v1/messages", TestGateway.Message())))
        {
            await gateway.LedgerAsync(rows: 2);
        }

        var usage = await person.LatchkeyJsonAsync("usage", "--period", "all", "--by", "day");

        var mine = (await gateway.LedgerAsync()).Single(row => (string)row["device_id"]! != "another-device" && (string)row["route"]! == "messages");
        var group = usage["groups"]!.AsArray().Should().ContainSingle().Which!;
        group["day"]!.GetValue<string>().Should().MatchRegex(@"^\d{4}-\d\d-\d\d$");
        group["cost_usd"]!.GetValue<decimal>().Should().Be((long)mine["cost_nano_usd"]! / 1_000_000_000m).And.BePositive();
        usage["total"]!["output_tokens"]!.GetValue<long>().Should().BePositive();
        usage["budgets"]![0]!["left_usd"]!.GetValue<decimal>().Should().BeLessThan(25m);
        usage["limits"]![0]!["kind"]!.GetValue<string>().Should().Be("requests");
    }

    [Fact]
    public async Task a_gateway_that_tells_no_usage_is_told_of()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync(server.Address);

        var ran = await person.LatchkeyAsync("usage");

        ran.ExitCode.Should().Be(ExitCode.Failed);
        ran.Errors.Should().Contain("doesn't tell usage");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"groups": null}""")]
    [InlineData("""{"groups": 1}""")]
    [InlineData("[]")]
    [InlineData("<html>")]
    public async Task an_answer_that_isnt_one_is_told_of_without_a_stack_trace(string answer)
    {
        await using var server = await ContractServer.StartAsync();
        server.OtherAnswer = answer;
        using var person = await Person.ArriveAsync(server.Address);

        var ran = await person.LatchkeyAsync("usage");

        ran.ExitCode.Should().Be(ExitCode.Failed);
        ran.Errors.Should().Contain("isn't understood");
    }

    [Fact]
    public async Task without_a_gateway_there_is_none()
    {
        using var person = await Person.ArriveAsync();

        (await person.LatchkeyAsync("usage")).ExitCode.Should().Be(ExitCode.NotConfigured);
    }

    private static async Task CallAsync(TestGateway gateway, Person person)
    {
        var token = (await person.LatchkeyAsync("token")).Output.Trim();
        using var answer = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));
        answer.IsSuccessStatusCode.Should().BeTrue();
        await answer.Content.ReadAsByteArrayAsync();
        await gateway.LedgerAsync(rows: 1);
    }

    private static async Task PutBudgetAsync(TestGateway gateway)
    {
        using var put = new HttpRequestMessage(HttpMethod.Put, "/admin/budgets/laptops");
        put.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.OperatorKey);
        put.Content = JsonContent.Create(new JsonObject { ["name"] = "Laptops", ["scope"] = "device", ["per_head"] = true, ["period"] = "month", ["limit_usd"] = 25 });
        using var answer = await gateway.Http.SendAsync(put);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
    }
}
