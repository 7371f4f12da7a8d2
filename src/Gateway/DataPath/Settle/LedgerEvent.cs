namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>Something that others are told of, written in the transaction of the row that made it happen.</summary>
/// <param name="Id">Names what happened, so that it is told once: a second event of the same id changes nothing.</param>
/// <param name="Type">Such as <c>budget.threshold_reached</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">A JSON object; no prompt, no secret.</param>
internal sealed record LedgerEvent(string Id, string Type, DateTimeOffset At, string Data);
