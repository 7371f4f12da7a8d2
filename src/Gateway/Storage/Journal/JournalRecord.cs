using System.Buffers.Binary;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>What a record says.</summary>
internal enum JournalRecordKind : byte
{
    /// <summary>The row that holds if nothing further is found of its exchange; a later one replaces it.</summary>
    Open = 1,

    /// <summary>A row of the ledger, and what others are told of it. One of kind <c>settled</c> closes its exchange.</summary>
    Settle = 2,
}

/// <summary>
/// The frame around each record: mark, CRC-32C, length, where its group began, kind; then the content, filled up to a multiple of
/// eight bytes. The check begins with the segment's salt: what an earlier use of the file has left behind is no record of this one, and neither
/// is anything that a client sends.
/// </summary>
/// <param name="Kind">What it says.</param>
/// <param name="Length">Bytes of its content.</param>
/// <param name="Group">Offset at which the group begins that it was written with: one group is on the disk before the next is written.</param>
internal readonly record struct JournalRecord(JournalRecordKind Kind, int Length, int Group)
{
    public const int HeaderSize = 24;

    /// <summary>Records begin at multiples of this, so that one is found again behind a damaged place.</summary>
    public const int Alignment = 8;

    private const int CrcAt = 4;
    private const int LengthAt = 8;
    private const int GroupAt = 12;
    private const int KindAt = 16;

    /// <summary>The bytes that every record begins with.</summary>
    public static ReadOnlySpan<byte> Mark => "LKJR"u8;

    /// <summary>Bytes that a record takes.</summary>
    public static long SizeOf(long length) => HeaderSize + ((length + Alignment - 1) & -Alignment);

    /// <summary>What a frame says of its content's length, true or not.</summary>
    public static int LengthIn(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32LittleEndian(frame[LengthAt..]);

    /// <summary>Closes a record whose content stands behind its place for a header.</summary>
    /// <param name="record">All its bytes, those that fill it up too.</param>
    /// <param name="salt">That of the segment that it goes to.</param>
    public void Seal(Span<byte> record, long salt)
    {
        record[..HeaderSize].Clear();
        record[(HeaderSize + Length)..].Clear();
        Mark.CopyTo(record);
        BinaryPrimitives.WriteInt32LittleEndian(record[LengthAt..], Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[GroupAt..], Group);
        record[KindAt] = (byte)Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(record[CrcAt..], Check(record, salt));
    }

    /// <summary>Reads the record at the beginning of these bytes.</summary>
    /// <param name="bytes">From the record to the segment's end.</param>
    /// <param name="salt">That of the segment.</param>
    /// <param name="record">What it is, if it is one.</param>
    /// <returns>False when there is none, or it isn't what was written.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long salt, out JournalRecord record)
    {
        record = default;
        if (bytes.Length < HeaderSize || !bytes.StartsWith(Mark))
        {
            return false;
        }

        var length = LengthIn(bytes);
        if (length < 0 || SizeOf(length) > bytes.Length)
        {
            return false;
        }

        var whole = bytes[..(int)SizeOf(length)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcAt..]) != Check(whole, salt))
        {
            return false;
        }

        record = new JournalRecord((JournalRecordKind)bytes[KindAt], length, BinaryPrimitives.ReadInt32LittleEndian(bytes[GroupAt..]));
        return record.Kind is JournalRecordKind.Open or JournalRecordKind.Settle;
    }

    private static uint Check(ReadOnlySpan<byte> record, long salt)
    {
        Span<byte> seed = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(seed, salt);
        return ~Crc32C.Add(Crc32C.Add(uint.MaxValue, seed), record[LengthAt..]);
    }
}
