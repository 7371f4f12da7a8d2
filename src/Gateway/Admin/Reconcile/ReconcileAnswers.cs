using System.Text.Json.Serialization;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>Answer of <c>GET /admin/reconcile</c>.</summary>
internal sealed record ReconcileReport
{
    public required string From { get; init; }

    public required string To { get; init; }

    public required decimal TolerancePercent { get; init; }

    /// <summary>No kind of token, and no cost that can be compared, drifts further in the whole period.</summary>
    public required bool WithinTolerance { get; init; }

    public required ReconcileTotals Totals { get; init; }

    /// <summary>The organisation's keys that are this gateway's.</summary>
    public required IReadOnlyList<ReconcileKey> Keys { get; init; }

    public required ReconcileUnknown Unknown { get; init; }

    /// <summary>What other keys of the organisation used; it counts nowhere else.</summary>
    public required IReadOnlyList<ReconcileOther> OtherKeys { get; init; }

    public required IReadOnlyList<ReconcileDay> Days { get; init; }

    public required IReadOnlyList<ReconcileLine> Lines { get; init; }
}

/// <summary>The whole period.</summary>
internal sealed record ReconcileTotals(ReconcileTokens Tokens, ReconcileCost Cost);

/// <summary>One key by both of its names.</summary>
internal sealed record ReconcileKey(string KeyFingerprint, string ApiKeyId, string? Name, string? Hint);

/// <summary>Keys of the ledger that Anthropic doesn't list, and models that the price book doesn't know.</summary>
internal sealed record ReconcileUnknown(IReadOnlyList<string> LedgerKeys, IReadOnlyList<string> Models);

/// <summary>A key that isn't this gateway's; null: the console.</summary>
internal sealed record ReconcileOther(string? ApiKeyId, string? Name, TokenKinds Tokens);

/// <summary>One day of all keys and models.</summary>
internal sealed record ReconcileDay(string Day, ReconcileTokens Tokens, ReconcileCost Cost);

/// <summary>A day, a key and a model.</summary>
/// <param name="Day">In UTC.</param>
/// <param name="KeyFingerprint">Null: no key was used.</param>
/// <param name="Model">The price book's name.</param>
/// <param name="OnlyIn"><c>ledger</c> or <c>anthropic</c> when the other side has nothing of it; null when both have.</param>
/// <param name="Tokens">Both sides.</param>
internal sealed record ReconcileLine(string Day, string? KeyFingerprint, string Model, string? OnlyIn, ReconcileTokens Tokens);

/// <summary>Both sides, the ledger less Anthropic, and that in per cent of Anthropic's figure.</summary>
internal sealed record ReconcileTokens(TokenKinds Ledger, TokenKinds Anthropic, TokenKinds Difference, ReconcileDrift DriftPercent, bool WithinTolerance);

/// <summary>The drift of each kind, in per cent, without sign.</summary>
internal sealed record ReconcileDrift(
    decimal UncachedInputTokens,
    decimal CacheReadInputTokens,
    [property: JsonPropertyName("cache_write_5m_tokens")] decimal CacheWrite5mTokens,
    [property: JsonPropertyName("cache_write_1h_tokens")] decimal CacheWrite1hTokens,
    decimal OutputTokens,
    decimal WebSearchRequests)
{
    [JsonIgnore]
    public decimal Largest => Math.Max(
        Math.Max(Math.Max(UncachedInputTokens, CacheReadInputTokens), Math.Max(CacheWrite5mTokens, CacheWrite1hTokens)),
        Math.Max(OutputTokens, WebSearchRequests));
}

/// <summary>Money on both sides, in nano-dollars; the verdict is null when it can't be compared.</summary>
internal sealed record ReconcileCost(
    bool Comparable, decimal LedgerNanoDollars, decimal AnthropicNanoDollars, decimal DifferenceNanoDollars, decimal DriftPercent, bool? WithinTolerance)
{
    private const decimal NanoDollars = 1_000_000_000m;

    public decimal LedgerUsd => LedgerNanoDollars / NanoDollars;

    public decimal AnthropicUsd => AnthropicNanoDollars / NanoDollars;

    public decimal DifferenceUsd => DifferenceNanoDollars / NanoDollars;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReconcileReport))]
internal sealed partial class ReconcileJson : JsonSerializerContext;
