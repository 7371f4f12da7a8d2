using System.Net;
using System.Net.Http.Json;
using Latchkey.Simulator.Scenarios;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Scenarios;

public class ControlTests : SimulatorTest
{
    [Fact]
    public async Task a_rule_holds_for_the_next_so_many_calls()
    {
        await PutAsync(new { simulate = "status=529", times = 2 });

        (await StatusesAsync("claude-opus-5-5", 3)).Should().Equal(529, 529, 200);
    }

    [Fact]
    public async Task rules_follow_each_other()
    {
        await PutAsync(new object[] { new { simulate = "status=529", times = 1 }, new { simulate = "status=500", times = 1 } });

        (await StatusesAsync("claude-opus-5-5", 3)).Should().Equal(529, 500, 200);
    }

    [Fact]
    public async Task a_rule_can_be_for_one_model()
    {
        await PutAsync(new { simulate = "status=503", model = "claude-haiku-5-5" });

        (await StatusesAsync("claude-opus-5-5", 1)).Should().Equal(200);
        (await StatusesAsync("claude-haiku-5-5", 2)).Should().Equal(503, 503);
    }

    [Fact]
    public async Task a_rule_can_be_for_one_path()
    {
        Simulator.Service<ScenarioBook>().Set("status=500", path: "/v1/models");

        (await StatusesAsync("claude-opus-5-5", 1)).Should().Equal(200);
        (await Simulator.Http.GetAsync("/v1/models?limit=3", Cancellation)).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task rules_can_be_withdrawn()
    {
        await PutAsync(new { simulate = "status=503" });
        await Simulator.Http.DeleteAsync("/simulator/scenario", Cancellation);

        (await StatusesAsync("claude-opus-5-5", 1)).Should().Equal(200);
    }

    [Theory]
    [InlineData("""{"simulate":"stutus=5"}""", "unknown directive `stutus`")]
    [InlineData("""{"simulate":"status=500","time":1}""", "`time`")]
    [InlineData("""{"times":1}""", "`simulate`")]
    public async Task a_rule_that_cannot_be_understood_is_refused(string rule, string because)
    {
        using var response = await Simulator.Http.PutAsync(
            "/simulator/scenario", new StringContent(rule, System.Text.Encoding.UTF8, "application/json"), Cancellation);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await RunningSimulator.JsonOf(response)).GetProperty("error").GetString().Should().Contain(because);
    }

    private async Task PutAsync(object rules) =>
        (await Simulator.Http.PutAsJsonAsync("/simulator/scenario", rules, Cancellation)).EnsureSuccessStatusCode();

    private async Task<List<int>> StatusesAsync(string model, int calls)
    {
        var statuses = new List<int>();
        for (var i = 0; i < calls; i++)
        {
            using var response = await Simulator.PostAsync(RunningSimulator.Ask(model: model));
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }
}
