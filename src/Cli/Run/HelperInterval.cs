using Latchkey.Client;
using Latchkey.Client.Tokens;

namespace Latchkey.Cli.Run;

/// <summary>
/// How long Claude Code keeps what its helper printed (<c>CLAUDE_CODE_API_KEY_HELPER_TTL_MS</c>). A printed token has at least the rest that
/// <see cref="RenewalRule.LeastLeft"/> says, so asking again after four fifths of that never finds a dead one.
/// </summary>
internal static class HelperInterval
{
    /// <summary>Claude Code's own default.</summary>
    private const long Longest = 300_000;

    private const long Shortest = 1_000;

    /// <param name="lifetime">A token's whole life; null when it is unknown.</param>
    /// <param name="renewBefore">The library's setting.</param>
    public static long Milliseconds(TimeSpan? lifetime, TimeSpan renewBefore) => lifetime is { } life
        ? Math.Clamp((long)(0.8 * RenewalRule.LeastLeft(life, renewBefore).TotalMilliseconds), Shortest, Longest)
        : Longest;

    public static long Milliseconds(LatchkeyAccess access, LatchkeyOptions options) => Milliseconds(access.Lifetime, options.RenewBefore);
}
