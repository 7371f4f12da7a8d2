using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>
/// A ticket: what was reserved on an estimate when the request was let in, to be returned once, with the truth, whatever
/// happened in between.
/// </summary>
internal sealed class Permit(
    Caller caller, RateLimitPlan plan, CounterTicket ticket, CallerStanding standing, ICounters counters, Reservation reservation)
{
    public Caller Caller { get; } = caller;

    /// <summary>The caller's own figures, for the answer's headers.</summary>
    public CallerStanding Standing { get; } = standing;

    /// <summary>The money that is held for the call; settled with its row.</summary>
    public Reservation Reservation { get; } = reservation;

    /// <summary>Returns what was taken from the limits with what was really used. Only the first call counts; it never throws.</summary>
    /// <param name="inputTokens">Input tokens with those written to the cache, without those read from it: what Anthropic's own limits count.</param>
    /// <param name="outputTokens">Output tokens.</param>
    public ValueTask CloseAsync(long inputTokens, long outputTokens) => counters.SettleAsync(ticket, plan.Truth(inputTokens, outputTokens));

    /// <summary>Gives everything back for a call that never came to be booked.</summary>
    public ValueTask AbandonAsync()
    {
        Reservation.Release();
        return CloseAsync(0, 0);
    }
}
