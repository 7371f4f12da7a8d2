using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>
/// Deletes what is older than it is kept, once an hour, in short transactions with pauses between them, so that whoever
/// settles a call waits for one of them at most.
/// </summary>
internal sealed class Retention(IUsageDatabase database, Writing writing, IOptions<RetentionOptions> options, TimeProvider time, ILogger<Retention> log) : BackgroundService
{
    /// <summary>Rows that one transaction deletes at most: some tens of milliseconds.</summary>
    public const int Batch = 1000;

    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Between two transactions.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Somebody else's lock, or a disk that refuses: what is left goes an hour later.
                log.RetentionFailed(e);
            }
        }
        while (await hourly.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Deletes all that may be deleted now.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        // What is still on its way would come back after it was said to be gone.
        await writing.DoneAsync(cancellation);
        var plan = RetentionPlan.At(time.GetUtcNow(), options.Value);
        var rows = await DeleteAsync(Kept.OfRows, plan.Rows, [RetainedTable.Rows], cancellation);
        var sums = await DeleteAsync(Kept.OfSums, plan.Sums, [RetainedTable.Hours, RetainedTable.Days], cancellation);
        var events = await DeleteAsync(Kept.OfEvents, plan.Events, [RetainedTable.Events], cancellation);
        if (rows + sums + events > 0)
        {
            log.RetentionDeleted(rows, plan.Rows, sums, plan.Sums, events, plan.Events);
        }
    }

    private async Task<long> DeleteAsync(string subject, DateTimeOffset? until, IReadOnlyList<RetainedTable> tables, CancellationToken cancellation)
    {
        if (until is not { } instant)
        {
            return 0;
        }

        var before = Instants.Of(instant);
        var deleted = 0L;
        foreach (var table in tables)
        {
            if (!await AnyAsync(table.Any(before), cancellation))
            {
                continue;
            }

            // First, and durable, so that no question takes what is left for all there was.
            await ExecuteAsync(RetainedTable.Announce(subject, before), cancellation);
            while (await ExecuteAsync(table.Delete(before, Batch), cancellation) is > 0 and var batch)
            {
                deleted += batch;
                if (batch < Batch)
                {
                    break;
                }

                await Task.Delay(Pause, time, cancellation);
            }
        }

        return deleted;
    }

    private async Task<bool> AnyAsync(Sql sql, CancellationToken cancellation)
    {
        await using var connection = await database.ConnectAsync(cancellation);
        await using var command = sql.On(connection);
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    /// <summary>One statement, one transaction.</summary>
    private async Task<int> ExecuteAsync(Sql sql, CancellationToken cancellation)
    {
        await using var connection = await database.ConnectAsync(cancellation);
        await using var command = sql.On(connection);
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
