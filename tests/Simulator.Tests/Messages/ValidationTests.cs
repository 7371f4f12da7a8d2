using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Messages;

public class ValidationTests : SimulatorTest
{
    [Theory]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":"x"}]}""", "model: Field required")]
    [InlineData("""{"model":7,"max_tokens":1,"messages":[{"role":"user","content":"x"}]}""", "model: Input should be a valid string")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}]}""", "max_tokens: Field required")]
    [InlineData("""{"model":"m","max_tokens":"9","messages":[{"role":"user","content":"x"}]}""", "max_tokens: Input should be a valid integer")]
    [InlineData("""{"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]}""", "max_tokens: must be greater than or equal to 1")]
    [InlineData("""{"model":"m","max_tokens":1}""", "messages: Field required")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[]}""", "messages: at least one message is required")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user"}]}""", "messages.0.content: Field required")]
    [InlineData("""{"model":"m","max_tokens":1,"stream":"yes","messages":[{"role":"user","content":"x"}]}""", "stream: Input should be a valid boolean")]
    [InlineData("[]", "The request body is not a JSON object")]
    [InlineData("{", "The request body is not valid JSON")]
    public async Task a_malformed_request_is_a_400_in_anthropics_shape(string body, string message)
    {
        using var response = await Simulator.Http.PostAsync("/v1/messages", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        var error = await RunningSimulator.JsonOf(response);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        error.GetProperty("type").GetString().Should().Be("error");
        error.GetProperty("error").GetProperty("type").GetString().Should().Be("invalid_request_error");
        error.GetProperty("error").GetProperty("message").GetString().Should().Be(message);
        error.GetProperty("request_id").GetString().Should().Be(response.Headers.GetValues("request-id").Single());
    }

    [Fact]
    public async Task the_newer_version_takes_no_sampling_fields()
    {
        var request = RunningSimulator.Ask();
        request["temperature"] = 1;

        (await Simulator.JsonAsync(request)).GetProperty("type").GetString().Should().Be("message");
        (await Simulator.JsonAsync(request, headers: ("anthropic-version", "2026-10-21")))
            .GetProperty("error").GetProperty("message").GetString().Should().StartWith("temperature");
    }

    [Theory]
    [InlineData("")]
    [InlineData("2020-01-01")]
    [InlineData("2023-06-01, 2023-06-01")]
    public async Task another_version_is_refused(string version)
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Ask(), headers: ("anthropic-version", version));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task a_body_over_32_megabytes_is_a_413()
    {
        using var content = new ByteArrayContent(new byte[(32 * 1024 * 1024) + 1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = content };
        request.Headers.ExpectContinue = true;
        using var response = await Simulator.Http.SendAsync(request, Cancellation);

        ((int)response.StatusCode).Should().Be(413);
        (await RunningSimulator.JsonOf(response)).GetProperty("error").GetProperty("type").GetString().Should().Be("request_too_large");
    }

    [Fact]
    public async Task a_body_just_within_32_megabytes_passes()
    {
        var request = RunningSimulator.Ask(new string('x', (32 * 1024 * 1024) - 300));

        (await Simulator.JsonAsync(request)).GetProperty("usage").GetProperty("input_tokens").GetInt64().Should().Be((8 * 1024 * 1024) - 75);
    }

    [Fact]
    public async Task an_unknown_path_is_a_404()
    {
        using var response = await Simulator.PostAsync(new JsonObject(), "/v1/nothing/here");

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await RunningSimulator.JsonOf(response)).GetProperty("error").GetProperty("type").GetString().Should().Be("not_found_error");
    }
}
