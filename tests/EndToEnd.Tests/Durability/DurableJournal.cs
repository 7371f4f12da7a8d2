using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>The ledger's journal, looked at from outside while a gateway may be writing it: its rows, each by the columns' names.</summary>
internal sealed class DurableJournal
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, object?>> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<(string RequestId, string Kind), IReadOnlyDictionary<string, object?>> _settled = [];

    private DurableJournal()
    {
    }

    /// <summary>What is open, by the id of its exchange.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>> Open => _open;

    public IReadOnlyDictionary<(string RequestId, string Kind), IReadOnlyDictionary<string, object?>> Settled => _settled;

    public static DurableJournal Read(string dataFolder)
    {
        var found = new DurableJournal();
        var folder = new JournalFolder(dataFolder);
        foreach (var number in folder.Numbers())
        {
            try
            {
                found.Read(Disk.Read(folder.PathOf(number)));
            }
            catch (FileNotFoundException)
            {
                // The database has it by now.
            }
        }

        return found;
    }

    private void Read(byte[] segment)
    {
        var header = JournalHeader.Read(segment)!;
        header.Columns.Should().Be(JournalColumns.Current);
        var scan = new JournalScan(segment.AsSpan(JournalHeader.Size), header, JournalHeader.Size);
        while (scan.MoveNext())
        {
            var row = Row(scan.Content);
            var id = (string)row["request_id"]!;
            if (scan.Record.Kind is JournalRecordKind.Open)
            {
                _open[id] = row;
            }
            else
            {
                _open.Remove(id);
                _settled[(id, (string)row["kind"]!)] = row;
            }
        }
    }

    private static Dictionary<string, object?> Row(ReadOnlySpan<byte> content)
    {
        var reader = new RowReader(content);
        reader.TryReadPresent(out var present).Should().BeTrue();
        var row = new Dictionary<string, object?>();
        for (var i = 0; i < UsageColumns.All.Count; i++)
        {
            object? value = null;
            if ((present & (1UL << i)) != 0)
            {
                if (UsageColumns.All[i].Type is UsageColumnType.Text)
                {
                    reader.TryReadText(out string text).Should().BeTrue();
                    value = text;
                }
                else
                {
                    reader.TryReadInteger(out var number).Should().BeTrue();
                    value = number;
                }
            }

            row[UsageColumns.All[i].Name] = value;
        }

        return row;
    }
}
