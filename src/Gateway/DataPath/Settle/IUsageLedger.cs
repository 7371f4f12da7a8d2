namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>Keeps usage rows. The room Storage implements it.</summary>
internal interface IUsageLedger
{
    /// <summary>Hands a row over without waiting for the disk.</summary>
    void Append(UsageEntry entry);

    /// <summary>Completes when every row appended before is durable.</summary>
    Task FlushAsync(CancellationToken cancellation);
}
