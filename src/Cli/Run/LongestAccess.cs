using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client;

namespace Latchkey.Cli.Run;

/// <summary>
/// An access for a program that keeps what it is given until its end: a token with less than half of its life left is renewed first, which the
/// library would leave for later.
/// </summary>
internal sealed class LongestAccess(Session session, TimeProvider time)
{
    /// <param name="fresh">Renew in any case.</param>
    /// <param name="waiting">Tells the person.</param>
    /// <exception cref="LatchkeyException">There is no way to Claude.</exception>
    public async Task<LatchkeyAccess> GetAsync(bool fresh, Waiting waiting)
    {
        var access = await session.HealthyAccessAsync(waiting).ConfigureAwait(false);
        if (access.IsDirect || !(fresh || IsHalfOver(access, time.GetUtcNow())))
        {
            return access;
        }

        await waiting.ForAsync("renewing the token", session.Client.RefreshAsync()).ConfigureAwait(false);
        return await session.Client.GetAccessAsync().ConfigureAwait(false);
    }

    /// <summary>By the local clock, which may be wrong: at worst a token is renewed early, or one with less than half of its life is used.</summary>
    public static bool IsHalfOver(LatchkeyAccess access, DateTimeOffset now) =>
        access is { ExpiresAt: { } end, Lifetime: { } life } && end - now < life / 2;
}
