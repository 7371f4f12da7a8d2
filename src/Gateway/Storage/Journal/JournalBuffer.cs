using System.Buffers;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>The bytes of a group, one behind another; the memory is used again.</summary>
internal sealed class JournalBuffer : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[64 << 10];

    public int Count { get; private set; }

    public Span<byte> Written => _bytes.AsSpan(0, Count);

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsSpan(Count);
    }

    /// <summary>Forgets the first bytes; what is behind them moves to the front.</summary>
    public void Forget(int count)
    {
        _bytes.AsSpan(count, Count - count).CopyTo(_bytes);
        Count -= count;
    }

    private void MakeRoom(int size)
    {
        if (_bytes.Length - Count < Math.Max(size, 1))
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Count + size));
        }
    }
}
