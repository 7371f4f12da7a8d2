using System.Text.Json;
using System.Text.Json.Serialization;

namespace Latchkey.Simulator.Tokens;

/// <summary>What the API says that one answer used. All counts are tokens unless named otherwise.</summary>
internal sealed record UsageFigures
{
    /// <summary>Uncached prompt tokens only: the whole prompt is this plus cache creation plus cache read.</summary>
    public long InputTokens { get; init; }

    /// <summary>Generated tokens, thinking included.</summary>
    public long OutputTokens { get; init; }

    public long CacheCreationInputTokens { get; init; }

    public long CacheReadInputTokens { get; init; }

    [JsonPropertyName("ephemeral_5m_input_tokens")]
    public long Ephemeral5mInputTokens { get; init; }

    [JsonPropertyName("ephemeral_1h_input_tokens")]
    public long Ephemeral1hInputTokens { get; init; }

    /// <summary>The part of <see cref="OutputTokens"/> that was thinking; null when the answer doesn't say.</summary>
    public long? ThinkingTokens { get; init; }

    /// <summary>Web searches made (a number of requests); null when the answer has no <c>server_tool_use</c>.</summary>
    public long? WebSearchRequests { get; init; }

    public long? WebFetchRequests { get; init; }

    public string? ServiceTier { get; init; } = "standard";

    public string? InferenceGeo { get; init; } = "not_available";

    public string? Speed { get; init; }

    public IReadOnlyList<UsageIteration> Iterations { get; init; } = [];

    /// <summary>The figures with the fields that a <c>usage={…}</c> directive names; null there counts as zero or absent.</summary>
    public UsageFigures With(JsonElement named)
    {
        var split = named.TryGetProperty("cache_creation", out var creation) && creation.ValueKind == JsonValueKind.Object ? creation : default;
        var details = named.TryGetProperty("output_tokens_details", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var tools = named.TryGetProperty("server_tool_use", out var use) && use.ValueKind == JsonValueKind.Object ? use : default;
        return this with
        {
            InputTokens = Count(named, "input_tokens", InputTokens),
            OutputTokens = Count(named, "output_tokens", OutputTokens),
            CacheCreationInputTokens = Count(named, "cache_creation_input_tokens", CacheCreationInputTokens),
            CacheReadInputTokens = Count(named, "cache_read_input_tokens", CacheReadInputTokens),
            Ephemeral5mInputTokens = Count(split, "ephemeral_5m_input_tokens", Ephemeral5mInputTokens),
            Ephemeral1hInputTokens = Count(split, "ephemeral_1h_input_tokens", Ephemeral1hInputTokens),
            ThinkingTokens = OptionalCount(details, "thinking_tokens", ThinkingTokens),
            WebSearchRequests = OptionalCount(tools, "web_search_requests", WebSearchRequests),
            WebFetchRequests = OptionalCount(tools, "web_fetch_requests", WebFetchRequests),
            ServiceTier = Name(named, "service_tier", ServiceTier),
            InferenceGeo = Name(named, "inference_geo", InferenceGeo),
            Speed = Name(named, "speed", Speed),
            Iterations = named.TryGetProperty("iterations", out var list) ? UsageIteration.ReadAll(list) : Iterations,
        };
    }

    private static long Count(JsonElement from, string name, long otherwise) => OptionalCount(from, name, otherwise) ?? 0;

    private static long? OptionalCount(JsonElement from, string name, long? otherwise) =>
        from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var value) ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) ? count
        : null;

    private static string? Name(JsonElement from, string name, string? otherwise) =>
        !from.TryGetProperty(name, out var value) ? otherwise : value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
