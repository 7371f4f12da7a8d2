namespace Latchkey.Gateway.Storage.Journal;

/// <summary>
/// Goes from record to record. Where one isn't what was written, the next one behind it is looked for: what can still be read is never
/// given up for what can't.
/// </summary>
/// <param name="bytes">Part of a segment that begins with a record.</param>
/// <param name="header">That of the segment.</param>
/// <param name="from">Offset in the segment at which the bytes begin.</param>
internal ref struct JournalScan(ReadOnlySpan<byte> bytes, JournalHeader header, int from)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private List<JournalDamage>? _damages;
    private int _next;

    public JournalRecord Record { get; private set; }

    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Offset of the record in its segment.</summary>
    public int Offset { get; private set; }

    /// <summary>Offset behind the last record that was found.</summary>
    public readonly int End => from + _next;

    /// <summary>Places between records that can't be read.</summary>
    public readonly IReadOnlyList<JournalDamage> Damages => _damages ?? [];

    public bool MoveNext()
    {
        var at = _next;
        if (!JournalRecord.TryRead(_bytes[at..], header.Salt, out var record))
        {
            at = Find(at + JournalRecord.Alignment);
            if (at < 0)
            {
                return false;
            }

            JournalRecord.TryRead(_bytes[at..], header.Salt, out record);
            (_damages ??= []).Add(new JournalDamage(header.Number, from + _next, from + at, record.Group));
        }

        Record = record;
        Offset = from + at;
        Content = _bytes.Slice(at + JournalRecord.HeaderSize, record.Length);
        _next = at + (int)JournalRecord.SizeOf(record.Length);
        return true;
    }

    private readonly int Find(int at)
    {
        while (at < _bytes.Length)
        {
            var found = _bytes[at..].IndexOf(JournalRecord.Mark);
            if (found < 0)
            {
                return -1;
            }

            at += found;
            if (at % JournalRecord.Alignment == 0 && JournalRecord.TryRead(_bytes[at..], header.Salt, out _))
            {
                return at;
            }

            at++;
        }

        return -1;
    }
}

/// <summary>A place in the journal that can't be read.</summary>
/// <param name="Segment">In which segment.</param>
/// <param name="From">Its first byte.</param>
/// <param name="To">The first byte behind it.</param>
/// <param name="NextGroup">Where the group of the record behind it begins.</param>
internal readonly record struct JournalDamage(long Segment, int From, int To, int NextGroup)
{
    /// <summary>
    /// Whether a power cut explains it: it lies in the group that was being written last, of which the disk had taken parts out of order.
    /// Nobody was told that any of it was durable.
    /// </summary>
    /// <param name="lastGroup">Where the last group of the segment begins.</param>
    public bool IsTorn(int lastGroup) => NextGroup == lastGroup && NextGroup <= From;
}
