using Microsoft.Win32.SafeHandles;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>One file of the journal, as the writer has it.</summary>
internal sealed class JournalSegment(JournalHeader header, SafeFileHandle file, int growth) : IDisposable
{
    private static readonly byte[] Zeros = new byte[64 << 10];

    private long _length = RandomAccess.GetLength(file);

    public JournalHeader Header => header;

    /// <summary>
    /// Makes the file longer ahead of what is written: a sync then has no length and no new blocks to write down beside the bytes.
    /// </summary>
    public void EnsureRoom(long end)
    {
        if (end <= _length)
        {
            return;
        }

        var length = (end + growth - 1) / growth * growth;
        for (var at = _length; at < length; at += Zeros.Length)
        {
            Disk.Write(file, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - at)), at);
        }

        Disk.Sync(file);
        _length = length;
    }

    /// <summary>On the disk when it returns.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long at)
    {
        Disk.Write(file, bytes, at);
        Disk.Sync(file);
    }

    /// <summary>The content of a record that was written here; null when it isn't what was written.</summary>
    public byte[]? ReadRecord(int at)
    {
        var frame = new byte[JournalRecord.HeaderSize];
        Read(frame, at);
        var size = JournalRecord.SizeOf(JournalRecord.LengthIn(frame));
        if (size < frame.Length || at + size > _length)
        {
            return null;
        }

        var whole = new byte[size];
        Read(whole, at);
        return JournalRecord.TryRead(whole, header.Salt, out var record) ? whole[JournalRecord.HeaderSize..(JournalRecord.HeaderSize + record.Length)] : null;
    }

    public void Dispose() => file.Dispose();

    private void Read(Span<byte> bytes, long at)
    {
        while (bytes.Length > 0 && RandomAccess.Read(file, bytes, at) is > 0 and var read)
        {
            bytes = bytes[read..];
            at += read;
        }
    }
}
