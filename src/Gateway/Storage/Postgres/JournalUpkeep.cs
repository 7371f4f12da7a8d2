using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>Deletes from the journal what PostgreSQL has had for a while, a little at a time.</summary>
internal sealed class JournalUpkeep(SqliteShipments journal, IOptions<StorageOptions> options, TimeProvider clock, ILogger<JournalUpkeep> log) : BackgroundService
{
    private const int AtATime = 500;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    // Between two deletions settlements have the file to themselves.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await journal.ForgetAsync(Instants.Of(clock.GetUtcNow() - options.Value.JournalRetention), AtATime) == AtATime)
                {
                    await Task.Delay(Breath, clock, stoppingToken);
                }
            }
            catch (SqliteException e)
            {
                log.UpkeepFailed(e);
            }
        }
    }
}
