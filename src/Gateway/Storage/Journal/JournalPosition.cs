namespace Latchkey.Gateway.Storage.Journal;

/// <summary>A place in the journal: before it, everything.</summary>
/// <param name="Segment">Number of the segment; they are never used twice.</param>
/// <param name="Offset">Bytes from the segment's beginning.</param>
internal readonly record struct JournalPosition(long Segment, int Offset) : IComparable<JournalPosition>
{
    public static bool operator <(JournalPosition left, JournalPosition right) => left.CompareTo(right) < 0;

    public static bool operator <=(JournalPosition left, JournalPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >(JournalPosition left, JournalPosition right) => left.CompareTo(right) > 0;

    public static bool operator >=(JournalPosition left, JournalPosition right) => left.CompareTo(right) >= 0;

    public int CompareTo(JournalPosition other) =>
        Segment.CompareTo(other.Segment) is not 0 and var bySegment ? bySegment : Offset.CompareTo(other.Offset);
}
