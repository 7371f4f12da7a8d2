namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>Sums the ledger by day (UTC), model and upstream key. The room Storage implements it.</summary>
internal interface ILedgerDays
{
    /// <summary>What was settled before the question is in the answer; both days count.</summary>
    Task<IReadOnlyList<LedgerDay>> DaysAsync(DateOnly from, DateOnly to, CancellationToken cancellation);

    /// <summary>Those calls among them that were made in several steps, in no order; both days count.</summary>
    IAsyncEnumerable<SteppedCall> SteppedAsync(DateOnly from, DateOnly to, CancellationToken cancellation);
}

/// <summary>A call whose answer named its steps.</summary>
internal sealed record SteppedCall(DateOnly Day, string Model, string? KeyFingerprint, string? ModelAsked, string? ModelAnswered, Claude.Usage Usage);

/// <summary>One sum of the ledger; a null key: no upstream key was used.</summary>
internal sealed record LedgerDay(DateOnly Day, string Model, string? KeyFingerprint, TokenKinds Tokens, long CostNanoDollars);
