using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Endpoints;

public class OtherEndpointTests : SimulatorTest
{
    [Fact]
    public async Task tokens_are_counted_as_they_would_be_charged()
    {
        var request = RunningSimulator.Ask(new string('a', 401));
        request["system"] = "12345678";
        var charged = (await Simulator.JsonAsync(request)).GetProperty("usage").GetProperty("input_tokens").GetInt64();
        request.Remove("max_tokens");
        var counted = (await Simulator.JsonAsync(request, "/v1/messages/count_tokens?beta=true")).GetProperty("input_tokens").GetInt64();

        counted.Should().Be(103).And.Be(charged);
    }

    [Fact]
    public async Task models_are_listed_in_pages()
    {
        var first = await GetAsync("/v1/models?limit=2");
        var next = await GetAsync($"/v1/models?limit=1000&after_id={first.GetProperty("last_id").GetString()}");

        first.GetProperty("data").GetArrayLength().Should().Be(2);
        first.GetProperty("has_more").GetBoolean().Should().BeTrue();
        first.GetProperty("data")[0].GetProperty("type").GetString().Should().Be("model");
        first.GetProperty("data")[0].GetProperty("display_name").GetString().Should().Be("Claude Opus 5.5");
        first.GetProperty("data")[0].GetProperty("lifecycle").GetString().Should().Be("active");
        first.GetProperty("first_id").GetString().Should().Be("claude-opus-5-5");
        next.GetProperty("has_more").GetBoolean().Should().BeFalse();
        next.GetProperty("data")[0].GetProperty("id").GetString().Should().NotBe(first.GetProperty("last_id").GetString());
    }

    [Fact]
    public async Task a_model_is_found_by_id_and_by_alias()
    {
        (await GetAsync("/v1/models/claude-sonnet-4-5")).GetProperty("id").GetString().Should().Be("claude-sonnet-4-5-20250929");
        (await GetAsync("/v1/models/claude-opus-5-5")).GetProperty("id").GetString().Should().Be("claude-opus-5-5");
        (await GetAsync("/v1/models/claude-none")).GetProperty("error").GetProperty("message").GetString().Should().Be("model: claude-none");
    }

    [Fact]
    public async Task hello_needs_no_key()
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(Simulator.Http.BaseAddress!, "/api/hello"));
        using var response = await client.SendAsync(request, Cancellation);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task the_old_completions_still_answer()
    {
        var completion = await Simulator.JsonAsync(new JsonObject { ["model"] = "claude-2", ["prompt"] = "x", ["max_tokens_to_sample"] = 5 }, "/v1/complete");

        completion.GetProperty("type").GetString().Should().Be("completion");
    }

    [Fact]
    public async Task a_batch_is_worked_off_at_once()
    {
        var batch = await Simulator.JsonAsync(
            new JsonObject
            {
                ["requests"] = new JsonArray(
                    new JsonObject { ["custom_id"] = "one", ["params"] = RunningSimulator.Ask("12345678") },
                    new JsonObject { ["custom_id"] = "two", ["params"] = RunningSimulator.Ask("1234", model: "claude-haiku-5-5") }),
            },
            "/v1/messages/batches");
        var id = batch.GetProperty("id").GetString();

        batch.GetProperty("processing_status").GetString().Should().Be("ended");
        batch.GetProperty("request_counts").GetProperty("succeeded").GetInt32().Should().Be(2);
        (await GetAsync($"/v1/messages/batches/{id}")).GetProperty("id").GetString().Should().Be(id);
        (await GetAsync("/v1/messages/batches")).GetProperty("data")[0].GetProperty("id").GetString().Should().Be(id);

        using var results = await Simulator.Http.GetAsync(batch.GetProperty("results_url").GetString(), Cancellation);
        var lines = (await results.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Select(line => line.GetProperty("custom_id").GetString()).Should().Equal("one", "two");
        var usage = lines[0].GetProperty("result").GetProperty("message").GetProperty("usage");
        usage.GetProperty("input_tokens").GetInt64().Should().Be(2);
        usage.GetProperty("service_tier").GetString().Should().Be("batch");
        var row = await Simulator.RowOf(results);
        row.BatchLines.Select(line => line.Model).Should().Equal("claude-opus-5-5", "claude-haiku-5-5");
        Simulator.Tally.Totals().Delivered["claude-haiku-5-5"].InputTokens.Should().Be(1);

        (await Simulator.JsonAsync(new JsonObject(), $"/v1/messages/batches/{id}/cancel")).GetProperty("error").GetProperty("type").GetString()
            .Should().Be("invalid_request_error");
        (await Simulator.Http.DeleteAsync($"/v1/messages/batches/{id}", Cancellation)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await Simulator.Http.GetAsync($"/v1/messages/batches/{id}", Cancellation)).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task a_batch_with_a_bad_item_is_refused_whole()
    {
        var refused = await Simulator.JsonAsync(
            new JsonObject { ["requests"] = new JsonArray(new JsonObject { ["custom_id"] = "one", ["params"] = new JsonObject() }) }, "/v1/messages/batches");

        refused.GetProperty("error").GetProperty("message").GetString().Should().Be("requests.0.params.model: Field required");
    }

    [Fact]
    public async Task a_file_can_be_stored_read_and_deleted()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes("hello")), "file", "hello.txt" } };
        using var created = await Simulator.Http.PostAsync("/v1/files", form, Cancellation);
        var file = await RunningSimulator.JsonOf(created);
        var id = file.GetProperty("id").GetString();

        file.GetProperty("filename").GetString().Should().Be("hello.txt");
        file.GetProperty("size_bytes").GetInt64().Should().Be(5);
        (await GetAsync($"/v1/files/{id}")).GetProperty("id").GetString().Should().Be(id);
        (await GetAsync("/v1/files")).GetProperty("data").GetArrayLength().Should().Be(1);
        (await Simulator.Http.GetStringAsync($"/v1/files/{id}/content", Cancellation)).Should().Be("hello");
        (await Simulator.Http.DeleteAsync($"/v1/files/{id}", Cancellation)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await GetAsync($"/v1/files/{id}")).GetProperty("error").GetProperty("type").GetString().Should().Be("not_found_error");
    }

    [Fact]
    public async Task a_file_that_is_no_form_is_refused()
    {
        (await Simulator.JsonAsync(new JsonObject(), "/v1/files")).GetProperty("error").GetProperty("type").GetString().Should().Be("invalid_request_error");
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Simulator.Http.GetAsync(path, Cancellation);
        return await RunningSimulator.JsonOf(response);
    }
}
