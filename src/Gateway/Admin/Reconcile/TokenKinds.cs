using System.Text.Json.Serialization;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>What has a price of its own: tokens by kind, and web searches.</summary>
internal readonly record struct TokenKinds(
    long UncachedInputTokens,
    long CacheReadInputTokens,
    [property: JsonPropertyName("cache_write_5m_tokens")] long CacheWrite5mTokens,
    [property: JsonPropertyName("cache_write_1h_tokens")] long CacheWrite1hTokens,
    long OutputTokens,
    long WebSearchRequests)
{
    /// <summary>The whole call's counters, as the ledger sums them.</summary>
    public static TokenKinds Of(Claude.Usage usage) => new(
        usage.InputTokens,
        usage.CacheReadInputTokens,
        usage.CacheCreationInputTokens - usage.CacheCreation1hInputTokens,
        usage.CacheCreation1hInputTokens,
        usage.OutputTokens,
        usage.WebSearchRequests);

    public static TokenKinds operator +(in TokenKinds a, in TokenKinds b) => new(
        a.UncachedInputTokens + b.UncachedInputTokens,
        a.CacheReadInputTokens + b.CacheReadInputTokens,
        a.CacheWrite5mTokens + b.CacheWrite5mTokens,
        a.CacheWrite1hTokens + b.CacheWrite1hTokens,
        a.OutputTokens + b.OutputTokens,
        a.WebSearchRequests + b.WebSearchRequests);

    public static TokenKinds operator -(in TokenKinds a, in TokenKinds b) => new(
        a.UncachedInputTokens - b.UncachedInputTokens,
        a.CacheReadInputTokens - b.CacheReadInputTokens,
        a.CacheWrite5mTokens - b.CacheWrite5mTokens,
        a.CacheWrite1hTokens - b.CacheWrite1hTokens,
        a.OutputTokens - b.OutputTokens,
        a.WebSearchRequests - b.WebSearchRequests);
}
