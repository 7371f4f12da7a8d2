using System.Collections.Concurrent;
using System.Threading.Channels;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Settle;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>
/// Writes usage rows, group by group: whatever has come together while one group was being committed is the next, so that
/// one sync of the disk serves many exchanges.
/// </summary>
internal sealed class SqliteUsageLedger(SqliteFile file, TimeProvider time, ILogger<SqliteUsageLedger> log) : BackgroundService, IUsageLedger
{
    private const int MaxBatch = 1000;

    /// <summary>SQLITE_BUSY and SQLITE_LOCKED: somebody else writes; that passes.</summary>
    private const int Busy = 5;
    private const int Locked = 6;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>How often what nobody is at work on any more is looked for.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);

    private readonly Channel<LedgerItem> _items = Channel.CreateUnbounded<LedgerItem>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, byte> _alive = new(StringComparer.Ordinal);
    private volatile bool _refused;

    /// <inheritdoc/>
    public bool Writes => !_refused;

    /// <inheritdoc/>
    public Task AdmitAsync(UsageEntry ifCrashed)
    {
        _alive.TryAdd(ifCrashed.RequestId, 0);
        return HandOver(LedgerItemKind.Open, ifCrashed, []);
    }

    /// <inheritdoc/>
    public void Checkpoint(UsageEntry ifCrashed) => _items.Writer.TryWrite(new LedgerItem(LedgerItemKind.Open, ifCrashed, [], null));

    /// <inheritdoc/>
    public Task SettleAsync(UsageEntry entry, IReadOnlyList<LedgerEvent> events) => HandOver(LedgerItemKind.Settle, entry, events);

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellation) => HandOver(LedgerItemKind.Flush, null, []).WaitAsync(cancellation);

    /// <summary>Does upkeep within a group; completes when it is durable.</summary>
    /// <param name="upkeep">Short, as settlements of the same group wait for it, and able to be done twice.</param>
    public Task KeepAsync(Action<SqliteConnection> upkeep) => HandOver(new LedgerItem(LedgerItemKind.Upkeep, null, [], NewDurable()) { Upkeep = upkeep });

    /// <summary>Before the first call is taken: what the process before this one has left open is settled.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var writer = new SqliteUsageWriter(file);
            if (writer.SettleLeftOpen(new Dictionary<string, byte>()) is > 0 and var left)
            {
                log.SettledLeftOpen(left);
            }
        }
        catch (SqliteException e)
        {
            throw new SettingException($"DATA_DIR: what the last run left open can't be settled ({e.Message}). Free the disk or the file's lock and start again.");
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Stops after the last exchange has settled: hosted services end in reverse order, the web server before this one.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _items.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await writing.WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<LedgerItem>(MaxBatch);
        SqliteUsageWriter? writer = null;
        using var sweep = time.CreateTimer(_ => HandOver(LedgerItemKind.Sweep, null, []), null, SweepEvery, SweepEvery);
        try
        {
            while (await _items.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (batch.Count < MaxBatch && _items.Reader.TryRead(out var item))
                {
                    batch.Add(item);
                }

                writer = await WriteUntilDurableAsync(writer, batch);
                foreach (var item in batch)
                {
                    // Not before: between its settlement and the disk it would look like left open.
                    if (item is { Kind: LedgerItemKind.Settle, Entry: { } settled })
                    {
                        _alive.TryRemove(settled.RequestId, out _);
                    }

                    item.Durable?.TrySetResult();
                }

                batch.Clear();
            }
        }
        finally
        {
            writer?.Dispose();
        }
    }

    /// <summary>A full disk or a lock passes; the rows wait in memory until then.</summary>
    private async Task<SqliteUsageWriter> WriteUntilDurableAsync(SqliteUsageWriter? writer, List<LedgerItem> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                writer ??= new SqliteUsageWriter(file);
                if (writer.Write(batch, _alive) is > 0 and var left)
                {
                    log.SettledLeftOpen(left);
                }

                _refused = false;
                if (attempt > 1)
                {
                    log.WritingAgain(batch.Count);
                }

                return writer;
            }
            catch (SqliteException e)
            {
                writer?.Dispose();
                writer = null;
                _refused = e.SqliteErrorCode is not (Busy or Locked);
                log.WriteFailed(e, batch.Count, attempt);
                await Task.Delay(RetryPause, time);
            }
        }
    }

    private Task HandOver(LedgerItemKind kind, UsageEntry? entry, IReadOnlyList<LedgerEvent> events) =>
        HandOver(new LedgerItem(kind, entry, events, NewDurable()));

    private Task HandOver(LedgerItem item)
    {
        if (_items.Writer.TryWrite(item))
        {
            return item.Durable!.Task;
        }

        if (item.Entry is { } entry)
        {
            log.RowAfterEnd(entry.RequestId);
        }

        return Task.CompletedTask;
    }

    private static TaskCompletionSource NewDurable() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
