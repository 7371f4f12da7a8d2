using System.Net;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Messages;

public class CredentialTests
{
    [Theory]
    [InlineData("x-api-key", "good", 200)]
    [InlineData("Authorization", "Bearer good", 200)]
    [InlineData("x-api-key", "also-good", 200)]
    [InlineData("x-api-key", "bad", 401)]
    [InlineData("Authorization", "Bearer bad", 401)]
    [InlineData("Authorization", "Basic good", 401)]
    [InlineData("x-api-key", "", 401)]
    [InlineData("x-other", "good", 401)]
    public async Task only_the_listed_keys_pass(string header, string value, int status)
    {
        await using var simulator = await RunningSimulator.StartAsync("--Simulator:ApiKeys=good, also-good");
        simulator.Http.DefaultRequestHeaders.Remove("x-api-key");
        using var response = await simulator.PostAsync(RunningSimulator.Ask(), headers: (header, value));

        ((int)response.StatusCode).Should().Be(status);
        if (status == 401)
        {
            (await RunningSimulator.JsonOf(response)).GetProperty("error").GetProperty("type").GetString().Should().Be("authentication_error");
        }
    }

    [Fact]
    public async Task any_key_passes_when_none_is_listed_and_the_tally_knows_which_it_was()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        using var response = await simulator.PostAsync(RunningSimulator.Ask());
        var row = await simulator.RowOf(response);

        row.Request.CameWithKey(RunningSimulator.Key).Should().BeTrue();
        row.Request.CameWithKey("another").Should().BeFalse();
        row.Request.HeaderValues("X-API-Key").Should().Equal(RunningSimulator.Key);
    }

    [Theory]
    [InlineData("x-api-key", "a, b")]
    [InlineData("Authorization", "Bearer a, Bearer b")]
    public async Task two_keys_joined_in_one_header_are_refused(string header, string value)
    {
        await using var simulator = await RunningSimulator.StartAsync();
        simulator.Http.DefaultRequestHeaders.Remove("x-api-key");
        using var response = await simulator.PostAsync(RunningSimulator.Ask(), headers: (header, value));

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }
}
