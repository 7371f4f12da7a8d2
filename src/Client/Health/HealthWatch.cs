namespace Latchkey.Client.Health;

/// <summary>
/// When to look at the gateway next. A desktop in use notices within seconds that its gateway has gone, and one without a gateway that it is
/// back; a fleet that is idle asks nothing of it but renewals.
/// </summary>
internal static class HealthWatch
{
    /// <summary>A call within this time means: in use.</summary>
    public static readonly TimeSpan InUseFor = TimeSpan.FromMinutes(1);

    /// <summary>In use, this often: what was killed is noticed within 4 seconds and a health check.</summary>
    public static readonly TimeSpan InUse = TimeSpan.FromSeconds(4);

    /// <summary>While the gateway is away, this often, give or take a fifth.</summary>
    public static readonly TimeSpan WhileAway = TimeSpan.FromSeconds(5);

    /// <summary>After this long without the gateway and without use, seldom.</summary>
    public static readonly TimeSpan PatienceAway = TimeSpan.FromMinutes(10);

    /// <summary>Seldom, give or take a fifth; also after a refusal, which a person has to mend.</summary>
    public static readonly TimeSpan Seldom = TimeSpan.FromMinutes(1);

    /// <summary>A gateway whose tokens are due as soon as they come isn't asked without pause.</summary>
    public static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    /// <param name="trouble">What is wrong; <see cref="Trouble.None"/> while calls pass.</param>
    /// <param name="inTrouble">How long it has been wrong.</param>
    /// <param name="sinceUse">Time since the last call.</param>
    /// <param name="untilDue">Time until the token is due.</param>
    /// <param name="lookEvery">The setting.</param>
    /// <param name="chance">0 to 1: where in the fifth this desktop falls.</param>
    public static TimeSpan Next(Trouble trouble, TimeSpan inTrouble, TimeSpan sinceUse, TimeSpan untilDue, TimeSpan lookEvery, double chance)
    {
        var spread = 0.8 + (0.4 * chance);
        return trouble switch
        {
            Trouble.None => Most(AtLeast, Least(untilDue, sinceUse < InUseFor ? InUse : lookEvery)),
            Trouble.Away => (inTrouble < PatienceAway || sinceUse < PatienceAway ? WhileAway : Seldom) * spread,
            _ => Seldom * spread,
        };
    }

    private static TimeSpan Most(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>What stands between a desktop and its gateway.</summary>
internal enum Trouble
{
    None,

    /// <summary>It can't be reached.</summary>
    Away,

    /// <summary>It gives this device no token.</summary>
    Refused,
}
