namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>Who calls: the claims of a wrapper token that was verified. Nobody but the verifier makes one.</summary>
internal sealed record Caller
{
    public required string DeviceId { get; init; }

    public string? UserId { get; init; }

    public string? OrgId { get; init; }

    /// <summary>Models that the token allows: ids, aliases or <c>*</c> suffix patterns.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Requests a window that the token allows; null leaves it to the server.</summary>
    public int? RateLimit { get; init; }

    /// <summary>US dollars that the token may spend in total; null leaves it to the server.</summary>
    public decimal? SpendCap { get; init; }

    /// <summary>Id of this token (<c>jti</c>).</summary>
    public required string TokenId { get; init; }

    /// <summary>Id of the session that it belongs to (<c>sid</c>); it outlives refreshes.</summary>
    public required string SessionId { get; init; }

    /// <summary>When the token was made, in whole seconds (<c>iat</c>).</summary>
    public DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
