using Latchkey.Gateway.Storage.Journal;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>
/// Takes settled rows over from the journal, in the background and many in one transaction, in which it also notes how far it has come: so
/// each arrives once, whenever the process dies. It is the database's one writer; what else is to be kept up there is done between two transactions.
/// </summary>
internal sealed class SqliteImporter : IDisposable
{
    /// <summary>How long a row waits at most, if nobody asks for it.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes of the journal that one transaction takes over: some thousands of rows.</summary>
    private const int Piece = 4 << 20;

    /// <summary>Failures in a row that operators are told of: a lock passes.</summary>
    private const int Persistent = 3;

    private readonly SqliteFile _file;
    private readonly JournalFolder _folder;
    private readonly JournalWriter _writer;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = NewSource();

    // Of whoever calls and the thread.
    private readonly object _gate = new();
    private readonly List<(JournalPosition UpTo, TaskCompletionSource Done)> _waiters = [];
    private readonly List<(Action<SqliteConnection> Upkeep, TaskCompletionSource Done)> _upkeep = [];
    private JournalPosition _imported;
    private bool _started;
    private bool _asleep;
    private bool _behind;
    private bool _finishing;
    private bool _abandoned;
    private volatile bool _failing;

    // Of the thread alone.
    private SqliteImport? _import;
    private JournalPosition _position;
    private JournalPosition _noted;
    private (long Segment, JournalHeader Header, JournalColumns Columns)? _reading;
    private byte[] _bytes = [];
    private long _ownFrom;

    public SqliteImporter(SqliteFile file, JournalFolder folder, JournalWriter writer, ILogger log)
    {
        _file = file;
        _folder = folder;
        _writer = writer;
        _log = log;
        _thread = new Thread(Run) { IsBackground = true, Name = "Ledger import" };
    }

    /// <summary>Whether the database hasn't taken anything for a while.</summary>
    public bool IsFailing => _failing;

    /// <summary>How far the journal was taken over when the last process ended.</summary>
    public JournalPosition ReadNote() => Import().ReadNote();

    /// <summary>Settles exchanges that nobody is at work on any more, each with the row that was written for that case.</summary>
    public void SettleOpen(IEnumerable<JournalPosition> rows)
    {
        var import = Import();
        using var transaction = import.Begin();
        foreach (var ofSegment in rows.GroupBy(r => r.Segment))
        {
            var bytes = Disk.Read(_folder.PathOf(ofSegment.Key));
            var header = JournalHeader.Read(bytes)!;
            var columns = JournalColumns.Parse(header.Columns);
            foreach (var row in ofSegment)
            {
                var scan = new JournalScan(bytes.AsSpan(row.Offset), header, row.Offset);
                if (scan.MoveNext())
                {
                    import.Insert(scan.Content, columns);
                }
            }
        }

        transaction.Commit();
    }

    /// <summary>Begins behind what was noted.</summary>
    /// <param name="from">The note.</param>
    /// <param name="ownFrom">The first segment of this process.</param>
    public void Start(JournalPosition from, long ownFrom)
    {
        _position = from;
        _noted = from;
        _ownFrom = ownFrom;
        _started = true;
        _behind = true;
        _thread.Start();
    }

    /// <summary>The journal has got longer.</summary>
    public void Nudge()
    {
        lock (_gate)
        {
            _behind = true;
            if (_asleep)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Completes when the database has everything up to here.</summary>
    public Task ImportAsync(JournalPosition upTo)
    {
        var done = NewSource();
        lock (_gate)
        {
            if (_ended.Task.IsCompleted || (_started && upTo <= _imported))
            {
                return Task.CompletedTask;
            }

            _waiters.Add((upTo, done));
            Monitor.PulseAll(_gate);
        }

        return done.Task;
    }

    /// <summary>Does upkeep between two imports; completes when it is durable.</summary>
    /// <param name="upkeep">Short, and able to be done twice.</param>
    public Task KeepAsync(Action<SqliteConnection> upkeep)
    {
        var done = NewSource();
        lock (_gate)
        {
            if (_ended.Task.IsCompleted)
            {
                done.TrySetCanceled();
                return done.Task;
            }

            _upkeep.Add((upkeep, done));
            Monitor.PulseAll(_gate);
        }

        return done.Task;
    }

    /// <summary>Takes over what is left, if the database lets it: otherwise the journal keeps it.</summary>
    public Task FinishAsync()
    {
        lock (_gate)
        {
            _finishing = true;
            Monitor.PulseAll(_gate);
            return _started ? _ended.Task : Task.CompletedTask;
        }
    }

    /// <summary>As if the process died.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _abandoned = true;
            Monitor.PulseAll(_gate);
        }

        if (_started)
        {
            _thread.Join();
        }

        _import?.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SqliteImport Import() => _import ??= new SqliteImport(_file);

    private void Run()
    {
        try
        {
            for (var failures = 0; Wait(failures) is { } finishing;)
            {
                try
                {
                    ImportAll();
                    Complete();
                    Keep();
                    if (failures > 0)
                    {
                        _log.ImportingAgain(failures);
                    }

                    (failures, _failing) = (0, false);
                }
                catch (Exception e)
                {
                    // Whatever it is: the journal keeps the rows, and operators are told.
                    _import?.Dispose();
                    _import = null;
                    _position = _noted;
                    _log.ImportFailed(e, ++failures);
                    _failing = failures >= Persistent;
                }

                if (finishing)
                {
                    return;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _ended.TrySetResult();
                _waiters.ForEach(w => w.Done.TrySetCanceled());
                _upkeep.ForEach(u => u.Done.TrySetCanceled());
            }
        }
    }

    /// <summary>Waits for a reason to go on.</summary>
    /// <returns>Null to end; whether it is the last time.</returns>
    private bool? Wait(int failures)
    {
        lock (_gate)
        {
            // Whoever asks meanwhile changes nothing about what is wrong.
            var again = Environment.TickCount64 + (long)RetryPause.TotalMilliseconds;
            while (failures > 0 && !_abandoned && !_finishing && again - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left));
            }

            while (failures == 0 && !IsAsked_NeedsLock())
            {
                if (_behind)
                {
                    if (!Monitor.Wait(_gate, Every))
                    {
                        break;
                    }
                }
                else
                {
                    _asleep = true;
                    Monitor.Wait(_gate);
                    _asleep = false;
                }
            }

            _behind = false;
            return _abandoned ? null : _finishing;
        }
    }

    private bool IsAsked_NeedsLock() => _abandoned || _finishing || _waiters.Count > 0 || _upkeep.Count > 0;

    private void Complete()
    {
        lock (_gate)
        {
            _imported = _position;
            foreach (var waiter in _waiters)
            {
                if (waiter.UpTo <= _imported)
                {
                    waiter.Done.TrySetResult();
                }
            }

            _waiters.RemoveAll(w => w.UpTo <= _imported);
        }
    }

    private void Keep()
    {
        List<(Action<SqliteConnection> Upkeep, TaskCompletionSource Done)> due;
        lock (_gate)
        {
            due = [.. _upkeep];
        }

        foreach (var (upkeep, done) in due)
        {
            try
            {
                using var transaction = Import().Begin();
                Import().Keep(upkeep);
                transaction.Commit();
                done.TrySetResult();
            }
            catch (Exception e) when (e is not SqliteException)
            {
                done.TrySetException(e);
            }

            lock (_gate)
            {
                _upkeep.RemoveAt(0);
            }
        }
    }

    private void ImportAll()
    {
        // What is there now: under load there is always more.
        for (var upTo = _writer.Durable; _position < upTo;)
        {
            if (_writer.EndOf(_position.Segment) is not { } end || _position.Offset >= end)
            {
                _position = new JournalPosition(_writer.NextAfter(_position.Segment), JournalHeader.Size);
                continue;
            }

            ImportPiece(end);
        }

        if (_noted.Segment < _position.Segment)
        {
            Note();
        }

        _writer.Release(_noted.Segment);
    }

    /// <summary>One transaction.</summary>
    private void ImportPiece(int end)
    {
        if (Reading(_position.Segment) is not var (header, columns))
        {
            // Whoever looked at the journal at the start has told of it.
            _position = _position with { Offset = end };
            return;
        }

        var (from, take) = (_position.Offset, Piece);
        while (true)
        {
            var to = (int)Math.Min(end, (long)from + take);
            var scan = new JournalScan(Disk.Read(_folder.PathOf(_position.Segment), from, to, ref _bytes), header, from);
            var reached = Insert(ref scan, columns);
            if (reached == from && to < end)
            {
                // A record that is longer.
                take *= 2;
                continue;
            }

            Tell(scan.Damages);
            if (to == end && reached < end)
            {
                Tell([new JournalDamage(_position.Segment, reached, end, 0)]);
                reached = end;
            }

            _position = _position with { Offset = reached };
            return;
        }
    }

    private int Insert(ref JournalScan scan, JournalColumns columns)
    {
        SqliteTransaction? transaction = null;
        try
        {
            while (scan.MoveNext())
            {
                if (scan.Record.Kind is JournalRecordKind.Settle)
                {
                    transaction ??= Import().Begin();
                    if (!Import().Insert(scan.Content, columns))
                    {
                        _log.JournalDamaged(_position.Segment, scan.Offset, scan.End);
                    }
                }
            }

            if (transaction is not null)
            {
                var reached = _position with { Offset = scan.End };
                Import().Note(reached);
                transaction.Commit();
                _noted = reached;
            }

            return scan.End;
        }
        finally
        {
            transaction?.Dispose();
        }
    }

    private void Note()
    {
        using var transaction = Import().Begin();
        Import().Note(_position);
        transaction.Commit();
        _noted = _position;
    }

    private (JournalHeader Header, JournalColumns Columns)? Reading(long segment)
    {
        if (_reading?.Segment != segment)
        {
            if (JournalHeader.Read(Disk.Read(_folder.PathOf(segment), 0, JournalHeader.Size, ref _bytes)) is not { } header)
            {
                return null;
            }

            _reading = (segment, header, JournalColumns.Parse(header.Columns));
        }

        return (_reading.Value.Header, _reading.Value.Columns);
    }

    private void Tell(IReadOnlyList<JournalDamage> damages)
    {
        foreach (var damage in damages)
        {
            // Those of before were told when the gateway started.
            if (damage.Segment >= _ownFrom)
            {
                _log.JournalDamaged(damage.Segment, damage.From, damage.To);
            }
        }
    }
}
