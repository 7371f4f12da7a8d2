namespace Latchkey.Protocol;

/// <summary>The answer of <c>POST /bootstrap</c> and <c>POST /refresh</c>.</summary>
public sealed record TokenResponse
{
    /// <summary>The token that stands in for an API key. Clients may send it with the prefix <see cref="WrapperToken.Prefix"/>.</summary>
    public required string WrapperToken { get; init; }

    /// <summary>The address that clients set as <c>ANTHROPIC_BASE_URL</c>, without <c>/v1</c>.</summary>
    public required string ProxyBaseUrl { get; init; }

    /// <summary>When the token stops working: ISO 8601, UTC, milliseconds (<c>2026-11-22T20:15:00.000Z</c>).</summary>
    public required string ExpiresAt { get; init; }

    /// <summary>What renews the token, where the enrolment mode issues such a thing; opaque, good for one use.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>When <see cref="RefreshToken"/> stops working, in the form of <see cref="ExpiresAt"/>.</summary>
    public string? RefreshExpiresAt { get; init; }
}
