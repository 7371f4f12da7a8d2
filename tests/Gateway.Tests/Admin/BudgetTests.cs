using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Latchkey.Gateway.Tests.DataPath;
using Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Admin;

/// <summary>Operators set budgets; what isn't one is refused with the field's name.</summary>
public class BudgetTests
{
    private static readonly object Good = new
    {
        id = "team-a",
        name = "Team A",
        scope = "user",
        members = new[] { "ann", "bob" },
        models = new[] { "claude-opus-*" },
        limit_usd = 12.5m,
        period = "month",
        time_zone = "Europe/Berlin",
        mode = "strict",
    };

    [Fact]
    public async Task a_budget_is_made_read_changed_and_removed()
    {
        await using var gateway = await TestGateway.StartAsync();

        var (status, made) = await SendAsync(gateway, HttpMethod.Post, "/admin/budgets", Good);
        status.Should().Be(HttpStatusCode.Created);
        var budget = made.GetProperty("budget");
        budget.GetProperty("limit_usd").GetDecimal().Should().Be(12.5m);
        budget.GetProperty("time_zone").GetString().Should().Be("Europe/Berlin");
        made.GetProperty("accounts")[0].GetProperty("left_usd").GetDecimal().Should().Be(12.5m);

        (await SendAsync(gateway, HttpMethod.Post, "/admin/budgets", Good)).Status.Should().Be(HttpStatusCode.Conflict);
        (await SendAsync(gateway, HttpMethod.Put, "/admin/budgets/team-a", new { scope = "everything", period = "total", limit_usd = 3 })).Status.Should().Be(HttpStatusCode.OK);
        var (_, list) = await SendAsync(gateway, HttpMethod.Get, "/admin/budgets");
        var only = list.GetProperty("budgets").EnumerateArray().Should().ContainSingle().Subject.GetProperty("budget");
        (only.GetProperty("scope").GetString(), only.GetProperty("mode").GetString(), only.GetProperty("name").GetString()).Should().Be(("everything", "rolling", "team-a"));

        (await SendAsync(gateway, HttpMethod.Delete, "/admin/budgets/team-a")).Status.Should().Be(HttpStatusCode.NoContent);
        (await SendAsync(gateway, HttpMethod.Get, "/admin/budgets/team-a")).Status.Should().Be(HttpStatusCode.NotFound);
        (await SendAsync(gateway, HttpMethod.Delete, "/admin/budgets/team-a")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"scope":"galaxy","period":"month","limit_usd":1}""", "scope")]
    [InlineData("""{"scope":"everything","period":"year","limit_usd":1}""", "period")]
    [InlineData("""{"scope":"everything","period":"month"}""", "limit_usd")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":0}""", "limit_usd")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":-1}""", "limit_usd")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":0.0000000001}""", "limit_usd")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":1e30}""", "limit_usd")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":"1"}""", "limit_usd")]
    [InlineData("""{"scope":"everything","period":"rolling","limit_usd":1}""", "rolling_hours")]
    [InlineData("""{"scope":"everything","period":"month","rolling_hours":5,"limit_usd":1}""", "rolling_hours")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":1,"mode":"harsh"}""", "mode")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":1,"per_head":true}""", "per_head")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":1,"members":["ann"]}""", "members")]
    [InlineData("""{"scope":"user","period":"month","limit_usd":1,"members":[""]}""", "members")]
    [InlineData("""{"scope":"user","period":"month","limit_usd":1,"models":["a*b"]}""", "models")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":1,"time_zone":"Mars/Olympus"}""", "time_zone")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":1,"id":"a b"}""", "id")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":1,"id":"spend_cap"}""", "id")]
    [InlineData("""{"scope":"everything","period":"month","limit_usd":1,"color":"red"}""", "color")]
    [InlineData("""[]""", "JSON")]
    [InlineData("""null""", "JSON")]
    [InlineData("""{""", "JSON")]
    public async Task what_isnt_a_budget_is_refused_by_name(string json, string field)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var call = BudgetWorld.Operator(HttpMethod.Post, "/admin/budgets");
        call.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        using var answer = await gateway.Http.SendAsync(call);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString().Should().Contain(field);
        (await SendAsync(gateway, HttpMethod.Get, "/admin/budgets")).Body.GetProperty("budgets").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task a_device_sees_the_budgets_that_it_draws_on_and_nobody_elses()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.PutBudgetAsync("each", new { scope = "device", per_head = true, period = "day", limit_usd = 2 });
        await gateway.PutBudgetAsync("friends", new { scope = "device", members = new[] { "budget-device-01", "another-device" }, period = "day", limit_usd = 5 });
        await gateway.PutBudgetAsync("others", new { scope = "device", members = new[] { "another-device" }, period = "day", limit_usd = 5 });
        await gateway.SendAsync(BudgetWorld.Message(gateway.Token("another-device"), "output-tokens=100", 100));
        await gateway.SendAsync(BudgetWorld.Message(gateway.Token(spendCap: 4m), "output-tokens=50", 50));

        using var call = TestGateway.Call(gateway.Token(spendCap: 4m), "/admin/budgets");
        using var answer = await gateway.Http.SendAsync(call);
        var text = await answer.Content.ReadAsStringAsync();

        text.Should().NotContain("another-device");
        var budgets = JsonDocument.Parse(text).RootElement.GetProperty("budgets").EnumerateArray()
            .ToDictionary(b => b.GetProperty("budget").GetProperty("id").GetString()!, b => b.GetProperty("accounts")[0].GetProperty("spent_usd").GetDecimal());
        budgets.Keys.Should().BeEquivalentTo("each", "friends", "spend_cap");
        budgets["each"].Should().Be(budgets["spend_cap"]).And.BePositive();
        budgets["friends"].Should().BeGreaterThan(budgets["each"], "it is shared");
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(TestGateway gateway, HttpMethod method, string path, object? body = null)
    {
        using var call = BudgetWorld.Operator(method, path);
        call.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await gateway.Http.SendAsync(call);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}
