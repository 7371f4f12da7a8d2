using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Measure;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>
/// The books of one exchange, from admission to its one row. The admission is written while Claude is being called and is
/// durable before the first byte passes; the row is durable before the last ones do, and stands for both where all come at once. So a client that has an answer has
/// been charged for it, whenever the process dies; the one window is the admission's own commit, while nothing has passed yet.
/// </summary>
internal sealed class Settlement(
    AcceptedRequest request,
    Permit permit,
    ResponseTap tap,
    UsageRow rows,
    IUsageLedger ledger,
    IOwnership ownership,
    ExchangeMetrics metrics,
    TimeProvider time,
    ILogger log) : IAnswerGate
{
    /// <summary>How often the row of a long stream that would hold after a crash is brought up to date.</summary>
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer is held back for a disk that is busy: then it passes, and the row waits in memory.</summary>
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2);

    private readonly Task _admitted = ledger.AdmitAsync(rows.IfCrashed(request, permit, Measured.Nothing, Outcome.NotSent));
    private Outcome _begun = Outcome.NotSent;
    private long? _checkpointAt;
    private Task? _settled;

    /// <inheritdoc/>
    public void Begins(Outcome begun) => _begun = begun;

    /// <inheritdoc/>
    public async ValueTask BeforeFirstByteAsync()
    {
        // An answer that came in one piece is settled before any of it is sent: its row is durable, and its admission of no use any more.
        if (_admitted.IsCompleted || _settled is { IsCompleted: true })
        {
            return;
        }

        // It was for company that it waited: most answers take longer to begin.
        ledger.Hurry();
        await DurableAsync(_admitted);
    }

    /// <inheritdoc/>
    public Refusal? Passing()
    {
        Checkpoint();
        return MoneyLasts() ? null : Refusal.BudgetCut();
    }

    private bool MoneyLasts()
    {
        var reservation = permit.Reservation;
        if (reservation.AwaitsBeginning && tap.HasUsage && tap.Read().Reading is { } begun)
        {
            reservation.BeganWith(begun.Usage, begun.Model);
        }

        var (contentBytes, thinkingTokens) = tap.Delivered;
        return reservation.Covers(contentBytes, thinkingTokens);
    }

    /// <inheritdoc/>
    public async ValueTask BeforeEndAsync(Outcome ending)
    {
        var measured = tap.Read();
        await RecordOwnerAsync(measured);

        // An answer whose end can't be told is settled when it is over.
        if (measured.Reading is { Complete: true })
        {
            await SettleAsync(measured, ending);
        }
    }

    /// <summary>Whatever happened, the books are closed; those of a complete answer already are.</summary>
    public Task CloseAsync(Outcome outcome) => SettleAsync(tap.Read(), outcome);

    private Task SettleAsync(Measured measured, Outcome outcome) => _settled ??= SettleOnceAsync(measured, outcome);

    private async Task SettleOnceAsync(Measured measured, Outcome outcome)
    {
        var entry = rows.Of(request, permit, measured, outcome);
        var written = permit.Reservation.Settle(
            new SpentRow(entry.RequestId, Spender.Of(permit.Caller), entry.Model, entry.StartedAt, entry.CostNanoDollars),
            passed => ledger.SettleAsync(entry, BudgetNews.Of(passed, time.GetUtcNow(), log)));

        // Beside the disk, and before the client can call again: its slot must be free by then.
        await permit.CloseAsync(entry.Usage.InputTokens + entry.Usage.CacheCreationInputTokens, entry.Usage.OutputTokens);
        await DurableAsync(written);
        metrics.Record(entry);
        log.Settled(entry);
    }

    private void Checkpoint()
    {
        if (!request.Route.Billable || !tap.HasUsage || tap.Progress.Complete || (_checkpointAt is { } last && time.GetElapsedTime(last) < CheckpointEvery))
        {
            return;
        }

        _checkpointAt = time.GetTimestamp();
        ledger.Checkpoint(rows.IfCrashed(request, permit, tap.Read(), _begun));
    }

    /// <summary>
    /// Remembers whose batch or file the answer has just made; before the client learns its id, and also when it has left: the
    /// thing exists.
    /// </summary>
    private async ValueTask RecordOwnerAsync(Measured measured)
    {
        OwnedKind? kind = request.Route.Kind switch
        {
            RouteKind.BatchCreate => OwnedKind.Batch,
            RouteKind.FileCreate => OwnedKind.File,
            _ => null,
        };
        if (kind is { } made && measured.Reading is { MessageId: { } id })
        {
            await ownership.RecordAsync(permit.Caller.DeviceId, made, id, CancellationToken.None);
        }
    }

    private async ValueTask DurableAsync(Task written)
    {
        // A disk that refuses takes longer than anybody should wait: the row is in memory, and nothing new is let in.
        if (written.IsCompleted || !ledger.Writes)
        {
            return;
        }

        try
        {
            await written.WaitAsync(DiskPatience, time);
        }
        catch (TimeoutException)
        {
            log.PassedUnwritten(request.Id, DiskPatience);
        }
    }
}
