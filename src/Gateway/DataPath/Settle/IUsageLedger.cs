namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>
/// Keeps usage rows. An exchange is admitted with the row that holds if the process dies now, and settled with the true one:
/// whatever happens in between, one of the two is found. The room Storage implements it.
/// </summary>
internal interface IUsageLedger
{
    /// <summary>False while the disk refuses what is written, so that nothing new should be let in that costs money.</summary>
    bool Writes { get; }

    /// <summary>Completes when the row that holds after a crash is durable; under load a moment later, unless somebody says that they wait.</summary>
    Task AdmitAsync(UsageEntry ifCrashed);

    /// <summary>Somebody waits for what was handed over before.</summary>
    void Hurry();

    /// <summary>Replaces the row that holds after a crash by one that knows more; nobody waits for it.</summary>
    void Checkpoint(UsageEntry ifCrashed);

    /// <summary>
    /// Completes when the row is durable, with the sums that it adds to and what others are told of it. A second row of the same kind for
    /// the same exchange changes nothing.
    /// </summary>
    Task SettleAsync(UsageEntry entry, IReadOnlyList<LedgerEvent> events);

    /// <summary>Completes when everything that was handed over before is durable, and where it is read.</summary>
    Task FlushAsync(CancellationToken cancellation);
}
