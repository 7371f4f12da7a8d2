using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.EndToEnd.Tests.Support;

namespace Latchkey.EndToEnd.Tests.TypeScriptSdk;

/// <summary>One run of <c>clients/sdk.mjs</c>: what a program with the official TypeScript SDK saw in each call.</summary>
public sealed class TypeScriptSdkRun : IAsyncLifetime
{
    private JsonElement _results;

    public SdkWorld World { get; } = new();

    internal JsonElement this[string name] => _results.GetProperty(name);

    public async ValueTask InitializeAsync()
    {
        Repository.Client("@anthropic-ai", "sdk", "package.json");
        await World.InitializeAsync();
        var calls = new JsonArray(
            Call("message", "message", World.Call()),
            Call("stream", "stream", World.Call("[simulate: content=thinking,text,tool_use pings=2]")),
            Call("cancelled stream", "cancelledStream", World.Call("[simulate: stall=4]")),
            Call("error event", "stream", World.Call("[simulate: error=overloaded_error,4]")),
            Call("cut stream", "stream", World.Call("[simulate: cut=4]")),
            Call("stream cut by a budget", "stream", World.CutCall()),
            Call("count_tokens", "countTokens", World.Call("0123456789abcdef")),
            Call("models", "models", World.Call()),
            Call("model", "model", World.Call()));
        foreach (var name in SdkWorld.Refused)
        {
            // As programs use it, where it must find out by itself that asking again is no use.
            calls.Add(Call(name, "message", World.RefusedCall(name), retries: name == SdkWorld.UsedUp ? 2 : 0));
        }

        await using var node = ChildProcess.Start(
            "node",
            [Path.Combine(Repository.Clients, "sdk.mjs"), calls.ToJsonString()],
            new Dictionary<string, string>(),
            Repository.Clients,
            "nodejs");
        var run = await node.EndAsync();
        run.ExitCode.Should().Be(0, "{0}", run.Errors);
        _results = JsonDocument.Parse(run.Output).RootElement;
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private static JsonObject Call(string name, string kind, SdkCall call, int retries = 0) => new()
    {
        ["name"] = name,
        ["kind"] = kind,
        ["baseUrl"] = call.Gateway.GetLeftPart(UriPartial.Authority),
        ["token"] = call.Token,
        ["model"] = call.Model,
        ["text"] = call.Text,
        ["retries"] = retries,
    };
}
