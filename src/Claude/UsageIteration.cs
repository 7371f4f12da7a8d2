using System.Text.Json.Serialization;

namespace Latchkey.Claude;

/// <summary>One part of a call, as <c>usage.iterations[]</c> (beta) tells it; counters are tokens, never negative.</summary>
public sealed record UsageIteration
{
    /// <summary><c>message</c>, <c>compaction</c>, <c>advisor_message</c>, <c>fallback_message</c>; empty if not said.</summary>
    public string Type { get; init; } = "";

    /// <summary>The model that did this part; null means the one asked for.</summary>
    public string? Model { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public long CacheCreationInputTokens { get; init; }

    public long CacheReadInputTokens { get; init; }

    /// <inheritdoc cref="Usage.CacheCreation5mInputTokens"/>
    [JsonPropertyName("cache_creation_5m_input_tokens")]
    public long CacheCreation5mInputTokens { get; init; }

    /// <inheritdoc cref="Usage.CacheCreation1hInputTokens"/>
    [JsonPropertyName("cache_creation_1h_input_tokens")]
    public long CacheCreation1hInputTokens { get; init; }

    /// <inheritdoc cref="Usage.PromptTokens"/>
    [JsonIgnore]
    public long PromptTokens => InputTokens + CacheCreationInputTokens + CacheReadInputTokens;
}
