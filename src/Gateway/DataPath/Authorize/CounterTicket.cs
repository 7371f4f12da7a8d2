namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>The duty to settle a granted claim.</summary>
/// <param name="claim">What was granted.</param>
/// <param name="grantedAt">When, in milliseconds of the counters' own clock: finds the reservation again.</param>
internal sealed class CounterTicket(CounterClaim claim, long grantedAt)
{
    private int _settled;

    public CounterClaim Claim { get; } = claim;

    public long GrantedAt { get; } = grantedAt;

    /// <summary>The answer of a second, shared store that was asked too; it may still be under way.</summary>
    public Task<CounterAnswer>? Shared { get; set; }

    /// <summary>True for the one caller that may settle.</summary>
    public bool TryClose() => Interlocked.Exchange(ref _settled, 1) == 0;
}
