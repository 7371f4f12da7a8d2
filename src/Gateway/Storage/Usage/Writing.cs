using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>What was settled before a question is in its answer, unless the disk refuses it for longer than anybody should wait.</summary>
internal sealed class Writing(IUsageLedger ledger, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Completes when what came before is durable.</summary>
    /// <exception cref="ReportsAwayException">It isn't yet.</exception>
    public async Task DoneAsync(CancellationToken cancellation)
    {
        try
        {
            await ledger.FlushAsync(cancellation).WaitAsync(Patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new ReportsAwayException("The ledger can't be written right now, so the answer would lack what was settled last.");
        }
    }
}
