namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>What policy, budget and meter need to know of a request body. Holds no prompt text and nothing that identifies a person.</summary>
internal sealed record PeekedBody
{
    /// <summary>The top-level model as sent, 1 to 128 characters; of a batch, its first item's.</summary>
    public required string Model { get; init; }

    /// <summary>Whether the answer is to be streamed; false when the body doesn't say, and for a batch.</summary>
    public bool Stream { get; init; }

    /// <summary>
    /// <c>max_tokens</c> (of <c>/v1/complete</c>: <c>max_tokens_to_sample</c>), 1 to 1,000,000. Null for a batch, and for a token count that leaves it out.
    /// </summary>
    public long? MaxTokens { get; init; }

    /// <summary>
    /// The most output tokens that one attempt can bill: the larger of <see cref="MaxTokens"/> and any fallback's own; of a batch, the sum over its items.
    /// </summary>
    public long OutputTokenCeiling { get; init; }

    /// <summary>Every model that the request can bill, distinct: the top-level one first, then nested ones as they come (at most 1,000).</summary>
    public required IReadOnlyList<string> BilledModels { get; init; }

    /// <summary>Whether <c>fallbacks</c> is <c>"default"</c>: the API may then bill a model that the request doesn't name.</summary>
    public bool FallbacksDefault { get; init; }

    /// <summary>Ids that could reach another tenant's data, or money, on a shared upstream key; distinct, in order (at most 1,000 a message).</summary>
    public IReadOnlyList<TenantId> TenantIds { get; init; } = [];

    /// <summary><c>speed</c>, up to 64 characters; <c>fast</c> also when only a fallback or one item of a batch asks for it.</summary>
    public string? Speed { get; init; }

    /// <summary><c>service_tier</c>, up to 64 characters; of a batch, the first that is named.</summary>
    public string? ServiceTier { get; init; }

    /// <summary><c>inference_geo</c>, up to 64 characters; of a batch, the first that is named.</summary>
    public string? InferenceGeo { get; init; }

    /// <summary>Whether a tool is one that Anthropic runs, and may bill beyond its tokens; a tool of an unknown type counts as such.</summary>
    public bool HasServerTools { get; init; }

    /// <summary>Entries of <c>tools</c>; of a batch, the sum over its items.</summary>
    public int ToolCount { get; init; }

    /// <summary>Items of a batch (1 to 100,000); 1 for every other body.</summary>
    public int Items { get; init; } = 1;
}

/// <summary>An id from the body that an ownership record has to vouch for. The value is as sent, up to 512 characters.</summary>
internal readonly record struct TenantId(TenantIdKind Kind, string Value);

internal enum TenantIdKind
{
    Container,
    File,
    ThreadMessage,
    DiagnosticsMessage,
    FallbackCredit,

    /// <summary>Bills a third party. The value is empty when the policy isn't a string.</summary>
    BillingPolicy,
}
