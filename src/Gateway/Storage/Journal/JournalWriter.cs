using System.Buffers;
using System.Diagnostics;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>
/// The one thread that appends to the journal: whatever has arrived while one group was being synced is the next, so that one write and one
/// sync serve many exchanges. Nobody else writes the files, and nobody waits on a thread of the pool for them.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    /// <summary>Bytes after which a group is written, however many have arrived.</summary>
    private const int MaxGroup = 1 << 20;

    /// <summary>
    /// For how long after a group what nobody waits for waits for company: under load it then has no sync of its own, and alone it is written
    /// at once, as one more awakening costs as much as a sync.
    /// </summary>
    private static readonly TimeSpan Doze = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly JournalFolder _folder;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly Action _write;
    private readonly Action _rotate;
    private readonly TaskCompletionSource _ended = NewSource();

    // Of whoever calls and the thread.
    private readonly object _gate = new();
    private readonly SortedDictionary<long, int> _ends = [];
    private List<JournalItem> _arriving = [];
    private TaskCompletionSource _arrivingDurable = NewSource();
    private TaskCompletionSource? _writingDurable;
    private JournalPosition _durable;
    private long _neededFrom;
    private bool _started;
    private bool _hurried;
    private bool _waiting;
    private bool _asleep;
    private bool _closed;
    private bool _abandoned;
    private volatile bool _refused;

    // Of the thread alone.
    private readonly JournalBuffer _buffer = new();
    private readonly Dictionary<string, JournalPosition> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<long, JournalSegment> _segments = [];
    private readonly HashSet<long> _damaged = [];
    private List<JournalItem> _writing = [];
    private JournalSegment? _segment;
    private int _end = JournalHeader.Size;
    private int _writingBytes;
    private long _lastGroupAt;

    public JournalWriter(JournalFolder folder, ILogger log)
    {
        _folder = folder;
        _log = log;
        _write = Write;
        _rotate = Rotate;
        _thread = new Thread(Run) { IsBackground = true, Name = "Ledger journal" };
    }

    /// <summary>False from a failure to write until the next success.</summary>
    public bool Writes => !_refused;

    /// <summary>Called by the thread when more is on the disk.</summary>
    public Action Progressed { get; set; } = () => { };

    /// <summary>Everything before it is on the disk.</summary>
    public JournalPosition Durable
    {
        get
        {
            lock (_gate)
            {
                return _durable;
            }
        }
    }

    /// <summary>Begins a segment of its own behind those that are there.</summary>
    /// <param name="ends">The segments that are there, and where the records of each end.</param>
    /// <param name="damaged">Which of them are kept when nothing in them is needed any more.</param>
    /// <param name="number">The first number that nobody has used.</param>
    public void Start(IReadOnlyDictionary<long, int> ends, IEnumerable<long> damaged, long number)
    {
        _damaged.UnionWith(damaged);
        lock (_gate)
        {
            foreach (var (segment, end) in ends)
            {
                _ends[segment] = end;
            }

            Use(_folder.Begin(number, previousEnd: 0));
        }

        _started = true;
        _thread.Start();
    }

    /// <summary>Hands something over.</summary>
    /// <param name="item">What it is.</param>
    /// <param name="hurry">Somebody waits for it: otherwise it goes with what others wait for, or after a moment.</param>
    /// <returns>Completes when it is on the disk; null when nothing is taken any more.</returns>
    public Task? Append(JournalItem item, bool hurry)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            _arriving.Add(item);
            if (hurry)
            {
                Hurry_NeedsLock();
            }
            else if (_asleep)
            {
                Wake_NeedsLock();
            }

            return _arrivingDurable.Task;
        }
    }

    /// <summary>Somebody waits for what was handed over before.</summary>
    public void Hurry()
    {
        lock (_gate)
        {
            Hurry_NeedsLock();
        }
    }

    /// <summary>Completes when everything that was handed over before is on the disk.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            if (_arriving.Count > 0)
            {
                Hurry_NeedsLock();
                return _arrivingDurable.Task;
            }

            return _writingDurable?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>Where the records of a segment end that are on the disk by now; null when there is no such segment.</summary>
    public int? EndOf(long segment)
    {
        lock (_gate)
        {
            return segment == _durable.Segment ? _durable.Offset : _ends.TryGetValue(segment, out var end) ? end : null;
        }
    }

    /// <summary>The first segment behind one.</summary>
    public long NextAfter(long segment)
    {
        lock (_gate)
        {
            foreach (var number in _ends.Keys)
            {
                if (number > segment)
                {
                    return number;
                }
            }

            return _durable.Segment;
        }
    }

    /// <summary>Segments before this one are needed for open exchanges only: what those need is copied, and the files are used again.</summary>
    public void Release(long before)
    {
        lock (_gate)
        {
            if (before > _neededFrom)
            {
                _neededFrom = before;
                Wake_NeedsLock();
            }
        }
    }

    /// <summary>Takes nothing more; completes when everything is on the disk.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            Wake_NeedsLock();
            return _started ? _ended.Task : Task.CompletedTask;
        }
    }

    /// <summary>As if the process died: what isn't on the disk stays away from it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _abandoned = true;
            Monitor.PulseAll(_gate);
        }

        if (_started)
        {
            _thread.Join();
        }

        _segment?.Dispose();
        foreach (var segment in _segments.Values)
        {
            segment.Dispose();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Hurry_NeedsLock()
    {
        if (_arriving.Count > 0)
        {
            _hurried = true;
            Wake_NeedsLock();
        }
    }

    private void Wake_NeedsLock()
    {
        if (_waiting)
        {
            _waiting = false;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        try
        {
            while (Take() is { } durable)
            {
                foreach (var item in _writing)
                {
                    Add(item);
                }

                WriteOut();
                _lastGroupAt = Stopwatch.GetTimestamp();
                _writing.Clear();
                lock (_gate)
                {
                    _writingDurable = null;
                }

                durable.TrySetResult();
                Progressed();
                Reclaim();
            }
        }
        catch (OperationCanceledException)
        {
            // Abandoned.
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Waits for something to do.</summary>
    private TaskCompletionSource? Take()
    {
        lock (_gate)
        {
            while (!IsDue_NeedsLock())
            {
                _waiting = true;
                if (_arriving.Count > 0)
                {
                    Monitor.Wait(_gate, Doze);
                }
                else
                {
                    _asleep = true;
                    Monitor.Wait(_gate);
                    _asleep = false;
                }

                _waiting = false;
            }

            if (_abandoned || (_closed && _arriving.Count == 0))
            {
                return null;
            }

            _hurried = false;

            (_arriving, _writing) = (_writing, _arriving);
            _writingDurable = _arrivingDurable;
            _arrivingDurable = NewSource();
            return _writingDurable;
        }
    }

    private bool IsDue_NeedsLock() =>
        _abandoned || _closed || (_arriving.Count > 0 ? _hurried || Stopwatch.GetElapsedTime(_lastGroupAt) >= Doze : MayReclaim_NeedsLock());

    private void Add(JournalItem item)
    {
        var id = item.Entry.RequestId;
        if (item.OnlyIfOpen && !_open.ContainsKey(id))
        {
            return;
        }

        var begin = _buffer.Count;
        _buffer.GetSpan(JournalRecord.HeaderSize);
        _buffer.Advance(JournalRecord.HeaderSize);
        RowWriter.Write(_buffer, item.Entry, item.Events);
        var position = Seal(item.Kind, begin);
        if (item.Kind is JournalRecordKind.Open)
        {
            _open[id] = position;
        }
        else if (item.Entry.Kind == UsageEntry.Settled)
        {
            _open.Remove(id);
        }
    }

    /// <summary>Makes what was put behind the group a record of it, or the first of the next group.</summary>
    private JournalPosition Seal(JournalRecordKind kind, int begin)
    {
        var length = _buffer.Count - begin - JournalRecord.HeaderSize;
        var filled = (int)JournalRecord.SizeOf(length) - JournalRecord.HeaderSize - length;
        _buffer.GetSpan(filled);
        _buffer.Advance(filled);
        if (_end + _buffer.Count > _folder.SegmentSize && (_end > JournalHeader.Size || begin > 0))
        {
            WriteOut(begin);
            Persist(_rotate);
            begin = 0;
        }
        else if (begin > MaxGroup)
        {
            WriteOut(begin);
            begin = 0;
        }

        new JournalRecord(kind, length, _end).Seal(_buffer.Written[begin..], _segment!.Header.Salt);
        return new JournalPosition(_segment.Header.Number, _end + begin);
    }

    /// <summary>Writes and syncs the group, or the first bytes of it.</summary>
    private void WriteOut(int? count = null)
    {
        _writingBytes = count ?? _buffer.Count;
        if (_writingBytes == 0)
        {
            return;
        }

        Persist(_write);
        _buffer.Forget(_writingBytes);
        _end += _writingBytes;
        lock (_gate)
        {
            _durable = new JournalPosition(_segment!.Header.Number, _end);
        }
    }

    private void Write()
    {
        _segment!.EnsureRoom(_end + _writingBytes);
        _segment.Write(_buffer.Written[.._writingBytes], _end);
    }

    private void Rotate()
    {
        var next = _folder.Begin(_segment!.Header.Number + 1, _end);
        lock (_gate)
        {
            _ends[_segment.Header.Number] = _end;
            _segments[_segment.Header.Number] = _segment;
            Use(next);
        }
    }

    private void Use(JournalSegment segment)
    {
        _segment = segment;
        _end = JournalHeader.Size;
        _durable = new JournalPosition(segment.Header.Number, _end);
    }

    /// <summary>A full disk passes; what is to be written waits in memory until then, and is written whole again: a sync that failed may have lost any of it.</summary>
    private void Persist(Action step)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                step();
                _refused = false;
                if (attempt > 1)
                {
                    _log.WritingAgain(_writing.Count);
                }

                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _refused = true;
                _log.WriteFailed(e, _writing.Count, attempt);
                lock (_gate)
                {
                    if (!_abandoned)
                    {
                        Monitor.Wait(_gate, RetryPause);
                    }

                    if (_abandoned)
                    {
                        throw new OperationCanceledException();
                    }
                }
            }
        }
    }

    private bool MayReclaim_NeedsLock()
    {
        foreach (var number in _ends.Keys)
        {
            return number < _neededFrom;
        }

        return false;
    }

    private void Reclaim()
    {
        while (NextToReclaim() is { } number)
        {
            CarryOver(number);
            try
            {
                if (_segments.Remove(number, out var segment))
                {
                    segment.Dispose();
                }

                if (_damaged.Contains(number))
                {
                    _folder.PutAside(number);
                }
                else
                {
                    _folder.Recycle(number);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It stays and is found, imported already, at the next start.
                _log.SegmentStays(e, number);
            }

            lock (_gate)
            {
                _ends.Remove(number);
            }
        }
    }

    private long? NextToReclaim()
    {
        lock (_gate)
        {
            return MayReclaim_NeedsLock() ? _ends.Keys.First() : null;
        }
    }

    /// <summary>The rows that hold after a crash must be found when the segment is gone that they were written to.</summary>
    private void CarryOver(long number)
    {
        if (!_segments.TryGetValue(number, out var segment))
        {
            return;
        }

        foreach (var (id, position) in _open.Where(o => o.Value.Segment == number).ToList())
        {
            if (segment.ReadRecord(position.Offset) is { } content)
            {
                var begin = _buffer.Count;
                _buffer.GetSpan(JournalRecord.HeaderSize);
                _buffer.Advance(JournalRecord.HeaderSize);
                _buffer.Write(content);
                _open[id] = Seal(JournalRecordKind.Open, begin);
            }
            else
            {
                _log.JournalDamaged(number, position.Offset, position.Offset);
                _damaged.Add(number);
                _open.Remove(id);
            }
        }

        WriteOut();
    }
}
