using System.Text.Json;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Messages;

/// <summary>What the simulator needs to know of a Messages request; the rest is only weighed.</summary>
internal sealed record MessageRequest
{
    private static readonly string[] SamplingFields = ["temperature", "top_p", "top_k"];

    public required JsonElement Json { get; init; }

    public required string Model { get; init; }

    public long MaxTokens { get; init; }

    public bool Stream { get; init; }

    public bool Thinks { get; init; }

    /// <summary>Thinking happens and is charged, but its text isn't sent.</summary>
    public bool ThinkingOmitted { get; init; }

    public string? Speed { get; init; }

    public string? InferenceGeo { get; init; }

    /// <summary>Assistant turns so far.</summary>
    public int AssistantTurns { get; init; }

    public string FirstUserText { get; init; } = "";

    /// <summary>Reads and checks a request as coarsely as its tests need; null with a problem worded as the API words it.</summary>
    /// <param name="json">The body.</param>
    /// <param name="version">The <c>anthropic-version</c> that it was sent with: the newer one allows less.</param>
    /// <param name="counting">For count_tokens, which wants no <c>max_tokens</c>.</param>
    /// <param name="problem">What is wrong; empty when nothing is.</param>
    public static MessageRequest? Read(JsonElement json, string version, bool counting, out string problem)
    {
        problem = FirstProblem(json, version, counting) ?? "";
        if (problem.Length > 0)
        {
            return null;
        }

        var thinking = json.TryGetProperty("thinking", out var block) && block.ValueKind == JsonValueKind.Object ? block : default;
        var (assistantTurns, firstUserText) = Walk(json.GetProperty("messages"));
        return new MessageRequest
        {
            Json = json,
            Model = json.GetProperty("model").GetString()!,
            MaxTokens = counting ? 0 : json.GetProperty("max_tokens").GetInt64(),
            Stream = json.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True,
            Thinks = TextOf(thinking, "type") is "enabled" or "adaptive",
            ThinkingOmitted = TextOf(thinking, "display") == "omitted",
            Speed = TextOf(json, "speed"),
            InferenceGeo = TextOf(json, "inference_geo"),
            AssistantTurns = assistantTurns,
            FirstUserText = firstUserText,
        };
    }

    /// <summary>The first model that the request would fall back to; null without one.</summary>
    public string? FallbackModel()
    {
        if (!Json.TryGetProperty("fallbacks", out var fallbacks) || fallbacks.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var fallback in fallbacks.EnumerateArray())
        {
            return TextOf(fallback, "model");
        }

        return null;
    }

    /// <summary>The model of an advisor tool; null without one.</summary>
    public string? AdvisorModel() => FindTool(static tool => TextOf(tool, "type")?.StartsWith("advisor", StringComparison.Ordinal) == true, "model");

    /// <summary>The name of the first tool that the client runs; null without one.</summary>
    public string? FirstClientTool() => FindTool(static tool => tool.TryGetProperty("input_schema", out _), "name");

    private string? FindTool(Func<JsonElement, bool> fits, string field)
    {
        if (!Json.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var tool in tools.EnumerateArray())
        {
            if (tool.ValueKind == JsonValueKind.Object && fits(tool))
            {
                return TextOf(tool, field);
            }
        }

        return null;
    }

    private static string? FirstProblem(JsonElement json, string version, bool counting)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return "The request body is not a JSON object";
        }

        if (!json.TryGetProperty("model", out var model))
        {
            return "model: Field required";
        }

        if (model.ValueKind != JsonValueKind.String)
        {
            return "model: Input should be a valid string";
        }

        if (model.GetString()!.Length == 0)
        {
            return "model: String should have at least 1 character";
        }

        return (counting ? null : MaxTokensProblem(json)) ?? MessagesProblem(json) ?? StreamProblem(json) ?? SamplingProblem(json, version);
    }

    private static string? MaxTokensProblem(JsonElement json) =>
        !json.TryGetProperty("max_tokens", out var maxTokens) ? "max_tokens: Field required"
        : maxTokens.ValueKind != JsonValueKind.Number || !maxTokens.TryGetInt64(out var number) ? "max_tokens: Input should be a valid integer"
        : number < 1 ? "max_tokens: must be greater than or equal to 1"
        : null;

    private static string? MessagesProblem(JsonElement json)
    {
        if (!json.TryGetProperty("messages", out var messages))
        {
            return "messages: Field required";
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            return "messages: Input should be a valid array";
        }

        if (messages.GetArrayLength() == 0)
        {
            return "messages: at least one message is required";
        }

        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            if (TextOf(message, "role") is not ("user" or "assistant" or "system"))
            {
                return $"messages.{index}.role: Input should be 'user', 'assistant' or 'system'";
            }

            if (!message.TryGetProperty("content", out var content))
            {
                return $"messages.{index}.content: Field required";
            }

            if (content.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
            {
                return $"messages.{index}.content: Input should be a valid string or array";
            }

            index++;
        }

        return null;
    }

    private static string? StreamProblem(JsonElement json) =>
        json.TryGetProperty("stream", out var stream)
        && stream.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
            ? "stream: Input should be a valid boolean"
            : null;

    private static string? SamplingProblem(JsonElement json, string version)
    {
        if (version != "2026-10-21")
        {
            return null;
        }

        foreach (var field in SamplingFields)
        {
            if (json.TryGetProperty(field, out _))
            {
                return $"{field}: Extra inputs are not permitted";
            }
        }

        return null;
    }

    private static (int AssistantTurns, string FirstUserText) Walk(JsonElement messages)
    {
        var assistantTurns = 0;
        string? firstUserText = null;
        foreach (var message in messages.EnumerateArray())
        {
            if (TextOf(message, "role") == "assistant")
            {
                assistantTurns++;
            }

            firstUserText ??= UserText.Of(message);
        }

        return (assistantTurns, firstUserText ?? "");
    }

    private static string? TextOf(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
