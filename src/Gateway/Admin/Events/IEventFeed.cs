namespace Latchkey.Gateway.Admin.Events;

/// <summary>What the ledger tells the outside, in the order in which it was written. The room Storage implements it.</summary>
internal interface IEventFeed
{
    /// <summary>The next events.</summary>
    /// <param name="after">Number of the last one that is known; 0 for the first.</param>
    /// <param name="type">Only of this type; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<FeedEvent>> ReadAsync(long after, string? type, int limit, CancellationToken cancellation);
}

/// <summary>An event as it is kept.</summary>
/// <param name="Seq">Its number: later events have larger ones.</param>
/// <param name="Id">Names what happened; the same for ever.</param>
/// <param name="Type">Such as <c>budget.threshold_reached</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">A JSON object.</param>
internal sealed record FeedEvent(long Seq, string Id, string Type, DateTimeOffset At, string Data);
