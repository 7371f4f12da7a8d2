using System.Net.Http.Json;
using System.Text.Json;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Admin;

public class BreakerTests
{
    [Fact]
    public async Task breakers_are_told_and_reset_by_the_contracts_names()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync();
        ShouldBe(await ReadAsync(), "CLOSED", 0);

        for (var i = 0; i < 5; i++)
        {
            using var failed = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message("[simulate: status=500]")));
            await failed.Content.ReadAsStringAsync();
        }

        var open = await ReadAsync();
        ShouldBe(open, "OPEN", 5);
        open.GetProperty("nextAttempt").GetString().Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        open.GetProperty("breakers").EnumerateArray().Should().Contain(b =>
            b.GetProperty("model").GetString() == "claude-sonnet-5-5" && b.GetProperty("state").GetString() == "OPEN");

        using var response = await gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/circuit-breaker/reset", method: HttpMethod.Post));
        var reset = await response.Content.ReadFromJsonAsync<JsonElement>();
        reset.EnumerateObject().Select(p => p.Name).Should().Equal("message", "stats");
        ShouldBe(reset.GetProperty("stats"), "CLOSED", 0);
        using var works = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));
        works.IsSuccessStatusCode.Should().BeTrue();

        async Task<JsonElement> ReadAsync()
        {
            using var answer = await gateway.Http.SendAsync(TestGateway.Call(token, "/admin/circuit-breaker"));
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }
    }

    private static void ShouldBe(JsonElement stats, string state, int failures)
    {
        stats.EnumerateObject().Select(p => p.Name).Should().Contain(["state", "failureCount", "successCount", "nextAttempt", "breakers"]);
        stats.GetProperty("state").GetString().Should().Be(state);
        stats.GetProperty("failureCount").GetInt32().Should().Be(failures);
        stats.GetProperty("successCount").GetInt32().Should().Be(0);
    }
}
