using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>
/// Writes a record's content: a bit for each column of <see cref="UsageColumns"/> that isn't null, their values (texts as length and UTF-8,
/// integers zigzagged, both seven bits a byte), and the events: how many, and of each id, type, instant and data.
/// </summary>
internal static class RowWriter
{
    /// <summary>Of how many columns a row can say whether they are null.</summary>
    public const int MaxColumns = 64;

    private const int MaxVarint = 10;

    public static void Write(IBufferWriter<byte> to, UsageEntry entry, IReadOnlyList<LedgerEvent> events)
    {
        Span<byte> present = stackalloc byte[sizeof(ulong)];
        var bits = 0UL;
        var columns = UsageColumns.All;
        for (var i = 0; i < columns.Count; i++)
        {
            if (!columns[i].IsNull(entry))
            {
                bits |= 1UL << i;
            }
        }

        BinaryPrimitives.WriteUInt64LittleEndian(present, bits);
        to.Write(present);
        for (var i = 0; i < columns.Count; i++)
        {
            if ((bits & (1UL << i)) == 0)
            {
                continue;
            }

            if (columns[i].Text is { } text)
            {
                WriteText(to, text(entry)!);
            }
            else
            {
                WriteInteger(to, columns[i].Integer!(entry)!.Value);
            }
        }

        WriteVarint(to, (ulong)events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            WriteText(to, events[i].Id);
            WriteText(to, events[i].Type);
            WriteInteger(to, Instants.Of(events[i].At));
            WriteText(to, events[i].Data);
        }
    }

    private static void WriteInteger(IBufferWriter<byte> to, long value) => WriteVarint(to, (ulong)((value << 1) ^ (value >> 63)));

    private static void WriteText(IBufferWriter<byte> to, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteVarint(to, (ulong)length);
        to.Advance(Encoding.UTF8.GetBytes(text, to.GetSpan(length)));
    }

    private static void WriteVarint(IBufferWriter<byte> to, ulong value)
    {
        var bytes = to.GetSpan(MaxVarint);
        var count = 0;
        while (value >= 0x80)
        {
            bytes[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[count++] = (byte)value;
        to.Advance(count);
    }
}
