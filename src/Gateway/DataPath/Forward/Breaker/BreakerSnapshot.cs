namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>One breaker, for operators.</summary>
/// <param name="Upstream">Name of the upstream.</param>
/// <param name="Model">Null for the host's breaker.</param>
/// <param name="State">Half-open as soon as the pause is over, though no probe may have gone yet.</param>
/// <param name="FailureCount">Failures in a row.</param>
/// <param name="SuccessCount">Successful probes since the breaker became half-open.</param>
/// <param name="NextAttempt">End of the pause of an open breaker, else null.</param>
internal sealed record BreakerSnapshot(
    string Upstream, string? Model, CircuitState State, int FailureCount, int SuccessCount, DateTimeOffset? NextAttempt);

/// <summary>The worst of several breakers, in the old proxy's words for its only one.</summary>
internal sealed record BreakerSummary(CircuitState State, int FailureCount, int SuccessCount, DateTimeOffset? NextAttempt)
{
    /// <summary>Open before half-open before closed; then the longest pause, then the most failures.</summary>
    public static BreakerSummary WorstOf(IReadOnlyList<BreakerSnapshot> snapshots)
    {
        var worst = snapshots.MaxBy(s => (s.State, s.NextAttempt ?? DateTimeOffset.MinValue, s.FailureCount));
        return worst is null
            ? new BreakerSummary(CircuitState.Closed, 0, 0, null)
            : new BreakerSummary(worst.State, worst.FailureCount, worst.SuccessCount, worst.NextAttempt);
    }
}
