namespace Latchkey.Client.Tokens;

/// <summary>
/// When a token is due: with <see cref="LatchkeyOptions.RenewBefore"/> left, or half of a shorter lifetime, and up to a tenth of that earlier, so
/// that a fleet that got its tokens at nine doesn't renew them all at the same second.
/// </summary>
internal static class RenewalRule
{
    /// <summary>The least life that a token has left when it is handed out, unless renewing it failed.</summary>
    public static TimeSpan LeastLeft(TimeSpan lifetime, TimeSpan renewBefore) => lifetime / 2 < renewBefore ? lifetime / 2 : renewBefore;

    /// <param name="lifetime">The token's whole life.</param>
    /// <param name="renewBefore">The setting.</param>
    /// <param name="chance">0 to 1: where in the tenth this token falls.</param>
    public static TimeSpan RenewAfter(TimeSpan lifetime, TimeSpan renewBefore, double chance) =>
        lifetime - (LeastLeft(lifetime, renewBefore) * (1 + (chance / 10)));
}
