using System.Net;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Scenarios;

public class ForcedAnswerTests : SimulatorTest
{
    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "authentication_error")]
    [InlineData(402, "billing_error")]
    [InlineData(403, "permission_error")]
    [InlineData(404, "not_found_error")]
    [InlineData(413, "request_too_large")]
    [InlineData(422, "invalid_request_error")]
    [InlineData(429, "rate_limit_error")]
    [InlineData(500, "api_error")]
    [InlineData(503, "api_error")]
    [InlineData(504, "timeout_error")]
    [InlineData(529, "overloaded_error")]
    public async Task a_status_comes_with_its_error_type(int status, string type)
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate($"status={status}", stream: true));
        var error = await RunningSimulator.JsonOf(response);

        ((int)response.StatusCode).Should().Be(status);
        error.GetProperty("error").GetProperty("type").GetString().Should().Be(type);
        var row = await Simulator.RowOf(response);
        row.Status.Should().Be(status);
        row.Generated.Should().BeNull();
        row.Scenario.Should().Be($"status={status}");
    }

    [Fact]
    public async Task hints_and_details_are_sent_as_asked()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate(
            "status=429 retry-after=3 retry-after-ms=2500 x-should-retry=false error-type=billing_error error-code=enforced_spend_limit_reached message=\"no more money\""));
        var error = (await RunningSimulator.JsonOf(response)).GetProperty("error");

        response.Headers.GetValues("retry-after").Should().Equal("3");
        response.Headers.GetValues("retry-after-ms").Should().Equal("2500");
        response.Headers.GetValues("x-should-retry").Should().Equal("false");
        error.GetProperty("type").GetString().Should().Be("billing_error");
        error.GetProperty("message").GetString().Should().Be("no more money");
        error.GetProperty("details").GetProperty("error_code").GetString().Should().Be("enforced_spend_limit_reached");
    }

    [Fact]
    public async Task a_proxys_error_page_is_html()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate("status=502html"));

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        response.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        (await response.Content.ReadAsStringAsync(Cancellation)).Should().StartWith("<html>");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task a_redirect_names_its_location(int status)
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate($"redirect={status} location=http://127.0.0.1:9/steal"));

        ((int)response.StatusCode).Should().Be(status);
        response.Headers.Location.Should().Be(new Uri("http://127.0.0.1:9/steal"));
    }

    [Fact]
    public async Task an_unknown_directive_is_a_400_that_says_so()
    {
        var error = (await Simulator.JsonAsync(RunningSimulator.Simulate("stutus=500"))).GetProperty("error");

        error.GetProperty("message").GetString().Should().Be("simulator: unknown directive `stutus`");
    }

    [Fact]
    public async Task directives_come_by_header_by_metadata_or_by_the_last_user_text()
    {
        var inMetadata = RunningSimulator.Ask();
        inMetadata["metadata"] = new System.Text.Json.Nodes.JsonObject { ["user_id"] = "[simulate: status=504]" };
        var inAnEarlierTurn = RunningSimulator.Simulate("status=504");
        inAnEarlierTurn["messages"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["role"] = "user", ["content"] = "and now?" });

        using var byHeader = await Simulator.PostAsync(RunningSimulator.Simulate("status=500"), headers: ("x-simulator-scenario", "status=529;retry-after=1"));
        using var byMetadata = await Simulator.PostAsync(inMetadata);
        using var byText = await Simulator.PostAsync(RunningSimulator.Simulate("status=503"));
        using var byAnEarlierTurn = await Simulator.PostAsync(inAnEarlierTurn);

        ((int)byHeader.StatusCode).Should().Be(529);
        ((int)byMetadata.StatusCode).Should().Be(504);
        ((int)byText.StatusCode).Should().Be(503);
        ((int)byAnEarlierTurn.StatusCode).Should().Be(200);
    }

    [Fact]
    public async Task a_missing_request_id_is_still_in_the_tally()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate("no-request-id"));

        response.Headers.Contains("request-id").Should().BeFalse();
        (await Simulator.Tally.WaitForAsync(row => row.Scenario == "no-request-id", Cancellation)).RequestId.Should().StartWith("req_");
    }

    [Theory]
    [InlineData("echo-secrets")]
    [InlineData("echo-secrets status=500")]
    public async Task secrets_are_echoed_everywhere_when_asked(string directives)
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate(directives));

        response.Headers.GetValues("x-api-key").Should().Equal(RunningSimulator.Key);
        response.Headers.GetValues("authorization").Should().Equal("Bearer " + RunningSimulator.Key);
        (await response.Content.ReadAsStringAsync(Cancellation)).Should().Contain(RunningSimulator.Key);
    }
}
