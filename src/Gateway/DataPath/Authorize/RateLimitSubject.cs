using System.Net;

namespace Latchkey.Gateway.DataPath.Authorize;

internal enum RateLimitedRoute
{
    /// <summary>Costs money: requests, tokens and streams are limited.</summary>
    Billable,

    /// <summary>Free, with a limit of its own.</summary>
    CountTokens,

    /// <summary>Free, among the device's requests.</summary>
    Other,
}

/// <summary>The request, as the limits see it.</summary>
/// <param name="PermitId">Unique among all requests of all gateways.</param>
/// <param name="DeviceId">The wrapper token's <c>device_id</c>.</param>
/// <param name="Address">The client's address, or null where there is none (a Unix socket): then it isn't limited by address.</param>
/// <param name="Route">Which limits there are.</param>
/// <param name="TokenLimit">The wrapper token's <c>rate_limit</c> in requests a window, or null.</param>
/// <param name="InputTokens">Estimate of the input: <see cref="RateLimits.EstimateInputTokens"/>.</param>
internal sealed record RateLimitSubject(
    string PermitId, string DeviceId, IPAddress? Address, RateLimitedRoute Route, long? TokenLimit, long InputTokens);
