using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>
/// Keeps usage rows: calls wait for the journal, one append and one sync for all that came together; the database gets them a moment later, or
/// as soon as somebody asks. What was open when the process died is settled at the next start.
/// </summary>
internal sealed class JournaledLedger : IUsageLedger, IHostedService, IDisposable
{
    private readonly JournalFolder _folder;
    private readonly JournalWriter _writer;
    private readonly ILogger<JournaledLedger> _log;

    public JournaledLedger(JournalFolder folder, SqliteFile file, ILogger<JournaledLedger> log)
    {
        _folder = folder;
        _log = log;
        _writer = new JournalWriter(folder, log);
        Importer = new SqliteImporter(file, folder, _writer, log);
        _writer.Progressed = Importer.Nudge;
    }

    /// <summary>The database's writer.</summary>
    public SqliteImporter Importer { get; }

    /// <inheritdoc/>
    public bool Writes => _writer.Writes;

    /// <summary>What operators should know as long as it holds, or null.</summary>
    public string? Warning =>
        !Writes ? "The ledger's journal can't be written: calls that cost money are refused."
        : Importer.IsFailing ? "The database can't be written: usage waits in the ledger's journal, and reports are refused."
        : _folder.HasDamaged ? "Part of the ledger's journal can't be read: see event 8007 in the log, and the files *.damaged in the data folder."
        : null;

    /// <inheritdoc/>
    public Task AdmitAsync(UsageEntry ifCrashed) => Append(new JournalItem(JournalRecordKind.Open, ifCrashed, []), hurry: false);

    /// <inheritdoc/>
    public void Hurry() => _writer.Hurry();

    /// <inheritdoc/>
    public void Checkpoint(UsageEntry ifCrashed) => Append(new JournalItem(JournalRecordKind.Open, ifCrashed, [], OnlyIfOpen: true), hurry: false);

    /// <inheritdoc/>
    public Task SettleAsync(UsageEntry entry, IReadOnlyList<LedgerEvent> events) => Append(new JournalItem(JournalRecordKind.Settle, entry, events), hurry: true);

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _writer.FlushAsync().WaitAsync(cancellation);
        await Importer.ImportAsync(_writer.Durable).WaitAsync(cancellation);
    }

    /// <summary>Before the first call is taken: what the process before this one has left open is settled. What it has settled goes to the database meanwhile.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var note = Importer.ReadNote();
            var found = JournalRecovery.Read(_folder, note);
            foreach (var damage in found.Damages)
            {
                _log.JournalDamaged(damage.Segment, damage.From, damage.To);
            }

            if (found.Open.Count > 0)
            {
                Importer.SettleOpen(found.Open.Values);
                _log.SettledLeftOpen(found.Open.Count);
            }

            var last = found.Ends.Keys.DefaultIfEmpty().Max();
            var number = Math.Max(note.Segment, last) + 1;
            if (last < note.Segment)
            {
                // The database isn't the one that this journal was written for: what it has twice it takes once.
                note = default;
            }

            _writer.Start(found.Ends, [.. found.Damages.Select(d => d.Segment)], number);
            Importer.Start(note, number);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"DATA_DIR: what the last run left in the ledger's journal can't be settled ({e.Message}). Free the disk or the file's lock and start again.");
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops after the last exchange has settled: hosted services end in reverse order, the web server before this one.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _writer.CloseAsync().WaitAsync(cancellationToken);
        await Importer.FinishAsync().WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _writer.Dispose();
        Importer.Dispose();
    }

    private Task Append(JournalItem item, bool hurry)
    {
        if (_writer.Append(item, hurry) is { } durable)
        {
            return durable;
        }

        _log.RowAfterEnd(item.Entry.RequestId);
        return Task.CompletedTask;
    }
}
