namespace Latchkey.Protocol;

/// <summary>The body of <c>POST /refresh</c>, where the gateway gave a refresh token; elsewhere there is no body and the wrapper token renews itself.</summary>
public sealed record RefreshRequest
{
    /// <summary>What the last answer gave as <see cref="TokenResponse.RefreshToken"/>.</summary>
    public required string RefreshToken { get; init; }
}
