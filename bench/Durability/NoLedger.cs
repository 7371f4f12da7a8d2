using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Durability;

/// <summary>Forgets everything at once. Here and nowhere else: the product has no such setting.</summary>
internal sealed class NoLedger : IUsageLedger
{
    public bool Writes => true;

    public Task AdmitAsync(UsageEntry ifCrashed) => Task.CompletedTask;

    public void Hurry()
    {
    }

    public void Checkpoint(UsageEntry ifCrashed)
    {
    }

    public Task SettleAsync(UsageEntry entry, IReadOnlyList<LedgerEvent> events) => Task.CompletedTask;

    public Task FlushAsync(CancellationToken cancellation) => Task.CompletedTask;
}
