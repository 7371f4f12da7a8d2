using System.Buffers.Binary;
using System.Text;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>What stands before the records of a segment, twice: without it none of them can be checked.</summary>
/// <param name="Number">Which segment it is.</param>
/// <param name="Salt">Random, and part of each record's check.</param>
/// <param name="PreviousEnd">Where the records of the segment before end, so that it is noticed if the last of them are missing; 0 when nobody knows.</param>
/// <param name="Columns">What its rows consist of.</param>
internal sealed record JournalHeader(long Number, long Salt, int PreviousEnd, string Columns)
{
    /// <summary>Bytes of both; the first record follows.</summary>
    public const int Size = 2 * Block;

    private const int Block = 4096;
    private const int CrcAt = 8;
    private const int PreviousEndAt = 12;
    private const int NumberAt = 16;
    private const int SaltAt = 24;
    private const int LengthAt = 32;
    private const int ColumnsAt = 36;

    // The last byte is the version of the format.
    private static ReadOnlySpan<byte> Mark => "LKJRNL\0\u0001"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        var block = bytes.AsSpan(0, Block);
        Mark.CopyTo(block);
        BinaryPrimitives.WriteInt32LittleEndian(block[PreviousEndAt..], PreviousEnd);
        BinaryPrimitives.WriteInt64LittleEndian(block[NumberAt..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(block[SaltAt..], Salt);
        BinaryPrimitives.WriteInt32LittleEndian(block[LengthAt..], Encoding.UTF8.GetBytes(Columns, block[ColumnsAt..]));
        BinaryPrimitives.WriteUInt32LittleEndian(block[CrcAt..], Crc32C.Of(block[PreviousEndAt..]));
        block.CopyTo(bytes.AsSpan(Block));
        return bytes;
    }

    /// <summary>Null when this isn't the beginning of a segment, or one of another version.</summary>
    public static JournalHeader? Read(ReadOnlySpan<byte> segment) =>
        segment.Length < Size ? null : ReadBlock(segment[..Block]) ?? ReadBlock(segment[Block..Size]);

    private static JournalHeader? ReadBlock(ReadOnlySpan<byte> block)
    {
        if (!block.StartsWith(Mark) || BinaryPrimitives.ReadUInt32LittleEndian(block[CrcAt..]) != Crc32C.Of(block[PreviousEndAt..]))
        {
            return null;
        }

        return new JournalHeader(
            BinaryPrimitives.ReadInt64LittleEndian(block[NumberAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[SaltAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(block[PreviousEndAt..]),
            Encoding.UTF8.GetString(block.Slice(ColumnsAt, BinaryPrimitives.ReadInt32LittleEndian(block[LengthAt..]))));
    }
}
