using System.Threading.Channels;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>
/// Copies what the journal notes to PostgreSQL, in the background: batch by batch, each in one transaction, and what has
/// arrived is noted only after its commit. No request waits for it.
/// </summary>
internal sealed class Shipper(
    SqliteShipments journal,
    IUsageLedger ledger,
    PostgresStore store,
    PostgresShipmentWriter writer,
    ShippingState state,
    ShippingTiming timing,
    TimeProvider clock,
    ILogger<Shipper> log) : BackgroundService
{
    /// <summary>How far a look at the journal has come.</summary>
    private enum Progress
    {
        /// <summary>Something waits.</summary>
        Behind,

        /// <summary>Nothing that is new waits.</summary>
        SendingAgain,

        Done,
    }

    private const string TooNew = "its tables are newer than this gateway";

    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly Resend _resend = new(timing);
    private List<TaskCompletionSource<bool>> _waiters = [];
    private long _checkedAt;
    private long _countedAt;
    private StoreIdentity? _known;

    /// <summary>Waits, two seconds at most, until PostgreSQL has what was settled before.</summary>
    /// <returns>False when PostgreSQL is away.</returns>
    public async Task<bool> CatchUpAsync(CancellationToken cancellation)
    {
        if (state.IsAway)
        {
            return false;
        }

        await ledger.FlushAsync(cancellation);
        var caughtUp = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiters.Add(caughtUp);
        }

        _nudges.Writer.TryWrite(true);
        try
        {
            return await caughtUp.Task.WaitAsync(timing.CatchUp, clock, cancellation);
        }
        catch (TimeoutException)
        {
            // It is slow, not away: the answer has what has arrived.
            return state.Answers;
        }
    }

    /// <summary>Exchanges have ended by now: what they left goes out while there is time, and otherwise at the next start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CatchUpAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The journal keeps it.
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = clock.CreateTimer(_ => _nudges.Writer.TryWrite(true), null, TimeSpan.Zero, timing.Tick);
        await foreach (var _ in _nudges.Reader.ReadAllAsync(stoppingToken))
        {
            while (!await RoundAsync(stoppingToken))
            {
                if (!state.Answers)
                {
                    await Task.Delay(state.Pause(Random.Shared.NextDouble()), clock, stoppingToken);
                }
            }
        }
    }

    /// <summary>One look at the journal and what follows from it.</summary>
    /// <returns>True when nothing is left to do until the next tick.</returns>
    private async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        List<TaskCompletionSource<bool>> waiters;
        lock (_lock)
        {
            (waiters, _waiters) = (_waiters, []);
        }

        try
        {
            var progress = await ShipAsync(cancellation);
            Count(now: progress is not Progress.Behind);
            if (progress is Progress.Behind)
            {
                lock (_lock)
                {
                    _waiters.AddRange(waiters);
                }
            }
            else
            {
                waiters.ForEach(w => w.TrySetResult(true));
            }

            return progress is Progress.Done;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            _known = null;
            if (state.Failed(ReasonOf(e)))
            {
                log.StoreAway(ReasonOf(e), e);
            }

            waiters.ForEach(w => w.TrySetResult(false));
            Count(now: false);
            return false;
        }
    }

    private async Task<Progress> ShipAsync(CancellationToken cancellation)
    {
        var waiting = journal.Waiting(timing.Batch);
        var idle = waiting.Count == 0 && !_resend.IsPending;
        if (idle && _known is not null && clock.GetElapsedTime(_checkedAt) < timing.Check)
        {
            return Progress.Done;
        }

        await using var connection = await store.ConnectToShipAsync(cancellation);
        if ((idle || _known is null) && !await KnowsAsync(connection, cancellation))
        {
            return Progress.Behind;
        }

        if (!await WriteAsync(connection, waiting, cancellation))
        {
            return Progress.Behind;
        }

        // Not before something was written, if there was anything: one that can be read and not written is away.
        if (state.Answered())
        {
            log.StoreAnswers(journal.Backlog().Count);
        }

        if (waiting.Count == timing.Batch)
        {
            return Progress.Behind;
        }

        if (_resend.IsPending)
        {
            var again = journal.Shipped(_resend.After, _resend.Until, timing.Batch);
            if (!await WriteAsync(connection, again, cancellation))
            {
                return Progress.Behind;
            }

            if (_resend.Sent(again, timing.Batch) is { } all and > 0)
            {
                log.ShippedAgain(all);
            }
        }

        return _resend.IsPending ? Progress.SendingAgain : Progress.Done;
    }

    /// <summary>Whether this is a store that we can write to, and whether it may lack what it had.</summary>
    private async Task<bool> KnowsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var identity = await PostgresStore.IdentifyAsync(connection, cancellation);
        _checkedAt = clock.GetTimestamp();
        var known = PostgresSchema.Steps.Count;
        if (identity.Version > known)
        {
            if (state.Problem != TooNew)
            {
                log.StoreTooNew(identity.Version, known);
            }

            state.Failed(TooNew);
            _known = null;
            return false;
        }

        var before = journal.StoreId();
        if (before != identity.Id)
        {
            await journal.BeginWithAsync(identity.Id);
            if (before is not null)
            {
                log.OtherStore();
            }
        }

        // After a failure nothing is known, and another start is another server or a restart.
        if (identity != _known)
        {
            _known = identity;
            _resend.Begin(journal.LastShippedAt());
        }

        return true;
    }

    /// <summary>Writes a batch, or the parts of it that PostgreSQL takes: one row that it refuses must not hold up all others.</summary>
    /// <returns>False when it isn't the store that we know.</returns>
    private async Task<bool> WriteAsync(NpgsqlConnection connection, IReadOnlyList<Shipment> shipments, CancellationToken cancellation)
    {
        try
        {
            if (!await WriteAgainstOthersAsync(connection, shipments, cancellation))
            {
                _known = null;
                return false;
            }
        }
        catch (PostgresException e) when (IsAboutTheRow(e))
        {
            if (shipments.Count > 1)
            {
                return await WriteAsync(connection, [.. shipments.Take(shipments.Count / 2)], cancellation)
                    && await WriteAsync(connection, [.. shipments.Skip(shipments.Count / 2)], cancellation);
            }

            log.ShipmentRefused(shipments[0].Item.ToString(), shipments[0].Id, e.SqlState);
            await journal.RefusedAsync(shipments[0], e.SqlState);
            return true;
        }

        var fresh = shipments.Where(s => s.ShippedAt is null).ToList();
        if (fresh.Count > 0)
        {
            await journal.ArrivedAsync(fresh);
            state.Arrived(fresh.Count);
        }

        return true;
    }

    /// <summary>Deadlocks and serialization failures are another gateway's luck, not an outage.</summary>
    private async Task<bool> WriteAgainstOthersAsync(NpgsqlConnection connection, IReadOnlyList<Shipment> shipments, CancellationToken cancellation)
    {
        for (var retry = 0; ; retry++)
        {
            try
            {
                return await writer.WriteAsync(connection, _known!, shipments, cancellation);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure && retry < timing.Retries)
            {
                await Task.Delay(timing.FirstPause * Math.Pow(2, retry) * Random.Shared.NextDouble(), clock, cancellation);
            }
        }
    }

    /// <summary>Counting a long backlog takes a while: once a second is enough for those who look at it.</summary>
    private void Count(bool now)
    {
        if (!now && clock.GetElapsedTime(_countedAt) < TimeSpan.FromSeconds(1))
        {
            return;
        }

        _countedAt = clock.GetTimestamp();
        try
        {
            state.Backlog = journal.Backlog();
        }
        catch (SqliteException)
        {
            // The figure of before stays: whoever writes the file says what is wrong with it.
        }
    }

    /// <summary>Classes 22, 23 and 54: data that a column, a constraint or an index can't hold.</summary>
    private static bool IsAboutTheRow(PostgresException e) => e.SqlState.AsSpan(0, 2) is "22" or "23" or "54";

    private static string ReasonOf(Exception e) => e switch
    {
        PostgresException error => $"it answered with an error ({error.SqlState})",
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "it didn't answer in time",
        SqliteException => "the journal couldn't be read",
        _ => "it couldn't be reached",
    };
}
