using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>
/// The columns of the rows of one segment, told in its header: an upgrade finds what its predecessor wrote by name, whatever columns have
/// come or gone.
/// </summary>
internal sealed class JournalColumns
{
    private const char Text = 't';
    private const char Integer = 'i';
    private const int Dropped = -1;

    /// <summary>The columns of this program.</summary>
    public static readonly string Current = string.Join(',', UsageColumns.All.Select(c => $"{(c.Text is null ? Integer : Text)}{c.Name}"));

    private readonly bool[] _texts;
    private readonly int[] _places;

    private JournalColumns(bool[] texts, int[] places)
    {
        _texts = texts;
        _places = places;
        AreOthers = !places.SequenceEqual(Enumerable.Range(0, UsageColumns.All.Count));
    }

    /// <summary>Whether they are other ones than today's, or in another order.</summary>
    public bool AreOthers { get; }

    /// <summary>How many a row has.</summary>
    public int Count => _texts.Length;

    public bool IsText(int column) => _texts[column];

    /// <summary>Where a column is among those of today; negative for one that is no more.</summary>
    public int PlaceOf(int column) => _places[column];

    /// <summary>Reads what a header says.</summary>
    public static JournalColumns Parse(string text)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var today = UsageColumns.All.Select((column, i) => (column, i)).ToDictionary(c => (c.column.Name, IsText: c.column.Text is not null), c => c.i);
        return new JournalColumns(
            [.. names.Select(name => name[0] == Text)],
            [.. names.Select(name => today.TryGetValue((name[1..], name[0] == Text), out var place) ? place : Dropped)]);
    }

    /// <summary>Reads which row it is: its exchange and its kind, the first two columns of every version.</summary>
    public bool TryReadKey(ReadOnlySpan<byte> content, out string requestId, out string kind)
    {
        var reader = new RowReader(content);
        (requestId, kind) = ("", "");
        return Count >= 2 && reader.TryReadPresent(out var present) && (present & 3) == 3 && reader.TryReadText(out requestId) && reader.TryReadText(out kind);
    }
}
