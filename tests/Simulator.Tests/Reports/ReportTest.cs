using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.Simulator.Tests.Support;
using Latchkey.Simulator.Tests.Tokens;

namespace Latchkey.Simulator.Tests.Reports;

/// <summary>A simulator whose clock stands at noon of 22 November 2026, and a way to ask for its reports.</summary>
public abstract class ReportTest : IAsyncLifetime
{
    protected const string AdminKey = "sk-ant-admin01-test";

    protected ManualClock Clock { get; } = new();

    protected RunningSimulator Simulator { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Simulator = await RunningSimulator.StartAsync(Clock);

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>One answered message with this usage.</summary>
    protected async Task CallAsync(string usage, string model = "claude-opus-5-5", string key = RunningSimulator.Key)
    {
        using var response = await Simulator.PostAsync(
            RunningSimulator.Ask($"hello [simulate: usage={usage}]", model: model), headers: ("x-api-key", key));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        await Simulator.RowOf(response);
    }

    protected async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string pathAndQuery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/organizations/" + pathAndQuery);
        request.Headers.Add("x-api-key", AdminKey);
        using var response = await Simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await RunningSimulator.JsonOf(response));
    }

    protected async Task<JsonElement> ReportAsync(string pathAndQuery)
    {
        var (status, body) = await AskAsync(pathAndQuery);
        status.Should().Be(HttpStatusCode.OK, body.GetRawText());
        return body;
    }

    /// <summary>The results of all buckets.</summary>
    protected static IReadOnlyList<JsonElement> ResultsOf(JsonElement report) =>
        [.. report.GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray())];

    /// <summary>A batch of one message with this usage.</summary>
    protected Task<JsonElement> BatchAsync(string usage) => Simulator.JsonAsync(
        new JsonObject { ["requests"] = new JsonArray(new JsonObject { ["custom_id"] = "one", ["params"] = RunningSimulator.Ask() }) },
        "/v1/messages/batches",
        ("x-simulator-scenario", "usage=" + usage));
}
