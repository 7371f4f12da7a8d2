using System.Text.Json;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Calls;

/// <summary>One call, from its first byte to its last.</summary>
internal sealed class Call(HttpContext http, CallRules rules, string requestId) : IDisposable
{
    private JsonDocument? _json;

    public HttpContext Http { get; } = http;

    public CallRules Rules { get; } = rules;

    public string RequestId { get; } = requestId;

    /// <summary>The key that it came with; empty without one.</summary>
    public string ApiKey { get; set; } = "";

    public byte[] Body { get; set; } = [];

    public Scenario Scenario { get; set; } = Scenario.Ordinary;

    /// <summary>The body as JSON; undefined when the route has none.</summary>
    public JsonElement Json => _json?.RootElement ?? default;

    /// <summary>The model that the body asks for; null when it names none.</summary>
    public string? Model =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String
            ? model.GetString()
            : null;

    /// <summary>The beta features that the client asks for.</summary>
    public bool HasBeta(string name)
    {
        foreach (var line in Http.Request.Headers["anthropic-beta"])
        {
            if (line is not null && line.Contains(name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public bool ParsesAsJson()
    {
        try
        {
            _json = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 1024 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public void Dispose() => _json?.Dispose();
}
