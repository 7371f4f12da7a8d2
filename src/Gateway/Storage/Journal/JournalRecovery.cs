using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>What is found in the journal at the start.</summary>
internal sealed class JournalRecovery
{
    private readonly Dictionary<string, JournalPosition> _open = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, int> _ends = [];
    private readonly List<JournalDamage> _damages = [];

    // What the database may not know yet: of the rest it knows that it is settled.
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);
    private readonly JournalPosition _note;

    private JournalRecovery(JournalPosition note) => _note = note;

    /// <summary>Exchanges that nobody settled, and where the row stands that holds for each.</summary>
    public IReadOnlyDictionary<string, JournalPosition> Open => _open;

    /// <summary>All segments, and where the records of each end.</summary>
    public IReadOnlyDictionary<long, int> Ends => _ends;

    /// <summary>What can't be read and isn't explained by a crash.</summary>
    public IReadOnlyList<JournalDamage> Damages => _damages;

    /// <summary>Reads all segments.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="note">How far the database has taken them over.</param>
    public static JournalRecovery Read(JournalFolder folder, JournalPosition note)
    {
        var found = new JournalRecovery(note);
        var last = (Number: 0L, End: 0);
        foreach (var number in folder.Numbers())
        {
            var bytes = Disk.Read(folder.PathOf(number));
            if (JournalHeader.Read(bytes) is not { } header || header.Number != number)
            {
                found._damages.Add(new JournalDamage(number, 0, bytes.Length, 0));
                found._ends[number] = 0;
                continue;
            }

            if (header.PreviousEnd > last.End && last.Number == number - 1)
            {
                found._damages.Add(new JournalDamage(last.Number, last.End, header.PreviousEnd, 0));
            }

            last = (number, found.Read(bytes, header));
        }

        return found;
    }

    private int Read(byte[] bytes, JournalHeader header)
    {
        var scan = new JournalScan(bytes.AsSpan(JournalHeader.Size), header, JournalHeader.Size);
        var columns = JournalColumns.Parse(header.Columns);
        var lastGroup = 0;
        while (scan.MoveNext())
        {
            lastGroup = Math.Max(lastGroup, scan.Record.Group);
            if (!columns.TryReadKey(scan.Content, out var id, out var kind))
            {
                continue;
            }

            var position = new JournalPosition(header.Number, scan.Offset);
            if (scan.Record.Kind is JournalRecordKind.Settle)
            {
                if (kind == UsageEntry.Settled)
                {
                    _open.Remove(id);
                    _ = position >= _note && _settled.Add(id);
                }
            }
            else if (!_settled.Contains(id))
            {
                _open[id] = position;
            }
        }

        _damages.AddRange(scan.Damages.Where(d => !d.IsTorn(lastGroup)));
        _ends[header.Number] = scan.End;
        return scan.End;
    }
}
