using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Measure;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>6 Settle: close the permit with the truth and write it down so that a crash can't lose it.</summary>
internal sealed class SettleStage(
    UsageRow rows, IUsageLedger ledger, IOwnership ownership, ExchangeMetrics metrics, TimeProvider time, ILogger<SettleStage> log)
{
    /// <summary>What can't be written down isn't let in, if it costs money.</summary>
    public Refusal? Unwritable(AcceptedRequest request) => request.Route.Billable && !ledger.Writes ? Refusal.LedgerUnavailable() : null;

    /// <summary>Opens the books of an exchange that was let in.</summary>
    public Settlement Open(AcceptedRequest request, Permit permit, ResponseTap tap) =>
        new(request, permit, tap, rows, ledger, ownership, metrics, time, log);
}
