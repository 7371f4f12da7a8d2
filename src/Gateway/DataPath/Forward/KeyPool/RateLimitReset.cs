using System.Globalization;
using System.Net.Http.Headers;

namespace Latchkey.Gateway.DataPath.Forward.KeyPool;

/// <summary>How long a 429 asks to leave a key alone.</summary>
internal static class RateLimitReset
{
    /// <summary>No limit of the API lasts longer without being said again; a wrong header mustn't bench a key for a day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const string Prefix = "anthropic-ratelimit-";
    private const string Suffix = "-reset";

    /// <summary>
    /// The latest of <c>retry-after-ms</c>, <c>retry-after</c> and each <c>anthropic-ratelimit-*-reset</c> whose <c>-remaining</c> is 0;
    /// at most <see cref="Longest"/>. Null: don't bench the key. That is so for a used-up spend limit, which names no end and
    /// keeps failing on every key of the organisation, and for a 429 that says nothing.
    /// </summary>
    public static TimeSpan? From(HttpResponseHeaders headers, string? errorCode, DateTimeOffset now)
    {
        if (IsSpendLimit(errorCode))
        {
            return null;
        }

        var rest = Later(RetryAfterMilliseconds(headers), RetryAfter(headers, now));
        foreach (var (name, values) in headers.NonValidated)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                && name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase)
                && IsExhausted(headers, name)
                && DateTimeOffset.TryParse(values.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var reset))
            {
                rest = Later(rest, reset - now);
            }
        }

        return rest <= TimeSpan.Zero ? null : rest < Longest ? rest : Longest;
    }

    public static bool IsSpendLimit(string? errorCode) => errorCode is "enforced_spend_limit_reached" or "contract_spend_limit_reached";

    private static TimeSpan RetryAfterMilliseconds(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("retry-after-ms", out var values)
        && double.TryParse(values.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds)
            ? Bounded(milliseconds / 1000)
            : TimeSpan.Zero;

    private static TimeSpan RetryAfter(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.NonValidated.TryGetValues("retry-after", out var values))
        {
            return TimeSpan.Zero;
        }

        var text = values.ToString();
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return Bounded(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - now : TimeSpan.Zero;
    }

    private static bool IsExhausted(HttpResponseHeaders headers, string reset) =>
        headers.NonValidated.TryGetValues(string.Concat(reset.AsSpan(0, reset.Length - Suffix.Length), "-remaining"), out var values)
        && values.ToString() == "0";

    /// <summary>Before it becomes a <see cref="TimeSpan"/>, which a long row of digits would overflow.</summary>
    private static TimeSpan Bounded(double seconds) =>
        double.IsNaN(seconds) ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
