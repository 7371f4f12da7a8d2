using System.Globalization;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>The caller's own figures: those of Anthropic's <c>anthropic-ratelimit-*</c> headers. Null where nothing is limited.</summary>
internal sealed record RateLimitStanding(RateLimitFigure? Requests, RateLimitFigure? InputTokens, RateLimitFigure? OutputTokens)
{
    public static RateLimitStanding None { get; } = new(null, null, null);

    /// <summary>Names and values of the response's headers.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers() =>
    [
        .. Headers("anthropic-ratelimit-requests", Requests),
        .. Headers("anthropic-ratelimit-input-tokens", InputTokens),
        .. Headers("anthropic-ratelimit-output-tokens", OutputTokens),
    ];

    private static IEnumerable<KeyValuePair<string, string>> Headers(string name, RateLimitFigure? figure)
    {
        if (figure is { } known)
        {
            yield return new($"{name}-limit", known.Limit.ToString(CultureInfo.InvariantCulture));
            yield return new($"{name}-remaining", known.Remaining.ToString(CultureInfo.InvariantCulture));
            yield return new($"{name}-reset", known.ResetsAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        }
    }
}

/// <param name="Limit">Requests or tokens a window.</param>
/// <param name="Remaining">Left now; never negative.</param>
/// <param name="ResetsAt">When the whole limit is free again, in whole seconds (RFC 3339 in the header), never too early.</param>
internal readonly record struct RateLimitFigure(long Limit, long Remaining, DateTimeOffset ResetsAt);
