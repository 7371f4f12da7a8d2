namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>
/// The counters behind every limit. A request takes all its entries at once, or none of them, and settles them
/// once with what it really used. In memory for one gateway; in Redis for several that share their limits.
/// </summary>
/// <remarks>
/// <para>
/// A window counts what was taken in the last <see cref="CounterEntry.Window"/>, on a clock of milliseconds and in integers.
/// Costs that fall within a thirtieth of the window (rounded up to a millisecond) of the first share a slice, and a slice leaves
/// the window when its <em>last</em> cost is a whole window old:
/// </para>
/// <code>
/// width       = ceil(window / 30)
/// used(now)   = sum of the slices with last + window > now
/// fits        = used + max(cost, 1) &lt;= limit
/// retry-after = oldest slices first, until what they free is used + max(cost, 1) - limit: that slice's last + window - now
/// reset-after = newest slice's last + window - now
/// </code>
/// <para>
/// So a cost counts for at least one window and for less than one window and a thirtieth: no window of that length, wherever it
/// begins, is granted more than the limit, and a steady caller gets at least 30/31 of it.
/// </para>
/// <para>
/// A gauge counts who is inside now. Its slot is a lease of <see cref="Lease"/> that the counters renew while the permit lives,
/// so that a gateway that died gives its slots back.
/// </para>
/// </remarks>
internal interface ICounters
{
    /// <summary>How many slices a window has: the finer, the nearer a steady caller comes to the limit.</summary>
    const int SlicesPerWindow = 30;

    /// <summary>How long a gauge's slot outlives an owner that no longer renews it.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>A gauge can't know when a slot comes free: its callers are asked to come back after this.</summary>
    static readonly TimeSpan GaugeRetry = TimeSpan.FromSeconds(1);

    /// <summary>Whether the limits are as wide as they should be; for /readyz.</summary>
    CounterHealth Health { get; }

    /// <summary>Takes every entry of the claim, or none. Waits 50 ms at most for a store that isn't in this process.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before anything was taken.</exception>
    ValueTask<CounterAnswer> TakeAsync(CounterClaim claim, CancellationToken cancellationToken);

    /// <summary>
    /// Corrects each window from its reserved cost to <paramref name="actual"/> (one number an entry, in the claim's order; a
    /// gauge's is ignored) and gives the gauges' slots back. More than was reserved counts from now on and may pass the limit:
    /// later requests are refused then. Less is taken back from where it was reserved, if that is still in the window.
    /// Only the first call for a ticket does anything. Never throws for a store's trouble and never waits more than 50 ms.
    /// </summary>
    ValueTask SettleAsync(CounterTicket ticket, ReadOnlyMemory<long> actual);
}
