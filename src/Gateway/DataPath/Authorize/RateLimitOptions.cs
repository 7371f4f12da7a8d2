using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Authorize;

internal sealed class RateLimitOptions
{
    public const string Section = "Latchkey:Limits";

    /// <summary>
    /// Requests a device may make in one window (<c>RATE_LIMIT_MAX</c>). Default 100; 1 to 1,000,000. A token's
    /// <c>rate_limit</c> can only narrow it. count_tokens isn't among them.
    /// </summary>
    [Range(1, 1_000_000)]
    public int RequestsPerWindow { get; set; } = 100;

    /// <summary>
    /// The window that requests are counted in (<c>RATE_LIMIT_WINDOW</c>, there in milliseconds). Default 1 minute;
    /// 100 milliseconds to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1000000", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Billable requests that a device may have under way at once, streamed or not. Default 0: not limited; to 100,000.
    /// </summary>
    [Range(0, 100_000)]
    public int ConcurrentStreams { get; set; }

    /// <summary>
    /// Input tokens (with those written to the cache, without those read from it) that a device may use in a minute.
    /// Default 0: not limited; to 1,000,000,000.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int InputTokensPerMinute { get; set; }

    /// <summary>
    /// Output tokens that a device may use in a minute. They are counted when they are known: a request that is under way is never
    /// cut, the next is refused. Default 0: not limited; to 1,000,000,000.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int OutputTokensPerMinute { get; set; }

    /// <summary>
    /// Requests of every kind that one client address (IPv6: one /64 network) may make in one window. Default 6,000;
    /// 0: not limited; to 10,000,000.
    /// </summary>
    [Range(0, 10_000_000)]
    public int RequestsPerAddress { get; set; } = 6_000;

    /// <summary>
    /// count_tokens requests that a device may make in one window: Claude Code sends dozens at once. Default 600;
    /// 0: not limited; to 1,000,000.
    /// </summary>
    [Range(0, 1_000_000)]
    public int CountTokensPerWindow { get; set; } = 600;
}

[OptionsValidator]
internal sealed partial class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>;
