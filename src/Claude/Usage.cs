using System.Text.Json.Serialization;

namespace Latchkey.Claude;

/// <summary>
/// What a call used, as Claude's API reports it; counters are tokens unless their name says requests, never negative.
/// Immutable, equal by value (the iterations too). As JSON by <see cref="UsageJson"/>.
/// </summary>
public sealed record Usage
{
    private ValueList<UsageIteration> _iterations = ValueList<UsageIteration>.Empty;

    /// <summary>Nothing used, nothing known.</summary>
    public static Usage None { get; } = new();

    /// <summary>Prompt tokens neither read from nor written to the cache.</summary>
    public long InputTokens { get; init; }

    /// <summary>Answer tokens, thinking included.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Prompt tokens written to the cache: the sum of the two below.</summary>
    public long CacheCreationInputTokens { get; init; }

    /// <summary>Prompt tokens read from the cache.</summary>
    public long CacheReadInputTokens { get; init; }

    /// <summary>Tokens written to the cache for five minutes: everything written that was not said to be for an hour.</summary>
    [JsonPropertyName("cache_creation_5m_input_tokens")]
    public long CacheCreation5mInputTokens { get; init; }

    /// <summary>Tokens written to the cache for an hour.</summary>
    [JsonPropertyName("cache_creation_1h_input_tokens")]
    public long CacheCreation1hInputTokens { get; init; }

    /// <summary>Thinking tokens: informational, they are part of <see cref="OutputTokens"/>.</summary>
    public long ThinkingTokens { get; init; }

    /// <summary>Searches by the server tool; each has its price.</summary>
    public long WebSearchRequests { get; init; }

    public long WebFetchRequests { get; init; }

    public long CodeExecutionRequests { get; init; }

    /// <summary><c>standard</c>, <c>priority</c> or <c>batch</c>; null if not said.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Where inference ran: <c>us</c>, <c>global</c>, <c>not_available</c>; null if not said.</summary>
    public string? InferenceGeo { get; init; }

    /// <summary><c>standard</c> or <c>fast</c>; null if not said. The price follows this, not what was asked.</summary>
    public string? Speed { get; init; }

    /// <summary>
    /// The parts of the call (beta). If any is not a <c>message</c>, the bill is made from these, since compaction, advisor and fallback
    /// tokens are not in the counters above or cost another model's price.
    /// </summary>
    public IReadOnlyList<UsageIteration> Iterations
    {
        get => _iterations;

        // Null comes from stored JSON that has no iterations.
        init => _iterations = ValueList<UsageIteration>.From(value);
    }

    /// <summary>The whole prompt in tokens: uncached, written and read.</summary>
    [JsonIgnore]
    public long PromptTokens => InputTokens + CacheCreationInputTokens + CacheReadInputTokens;
}
