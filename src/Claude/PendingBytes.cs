using System.Diagnostics;

namespace Latchkey.Claude;

/// <summary>
/// Bytes that are being collected: a place in the current chunk as long as that is enough, a buffer of its own from then on.
/// The chunk can't be held in a field (it may be stack memory), so every call passes it again.
/// </summary>
internal struct PendingBytes
{
    /// <summary>A larger buffer is not kept for the next event: one huge event must not cost a megabyte for as long as the stream lives.</summary>
    private const int KeptBytes = 64 * 1024;

    private const int FirstBytes = 256;

    private byte[]? _buffer;
    private int _buffered;
    private int _start;
    private int _inChunk;

    public readonly int Length => _buffered + _inChunk;

    public readonly ReadOnlySpan<byte> Read(ReadOnlySpan<byte> chunk) =>
        _inChunk > 0 ? chunk.Slice(_start, _inChunk) : _buffer.AsSpan(0, _buffered);

    /// <summary>Adds a part of the chunk: without a copy as long as nothing is in the buffer. Parts of one chunk follow each other without a gap.</summary>
    public void Add(ReadOnlySpan<byte> chunk, int start, int length)
    {
        if (_buffered > 0)
        {
            Append(chunk.Slice(start, length));
            return;
        }
        if (_inChunk == 0)
        {
            _start = start;
        }
        Debug.Assert(start == _start + _inChunk, "A gap: the bytes between would be taken for collected ones.");
        _inChunk += length;
    }

    /// <summary>Adds a byte that is not in the chunk.</summary>
    public void Add(ReadOnlySpan<byte> chunk, byte value)
    {
        Keep(chunk);
        Append([value]);
    }

    /// <summary>Copies what lies in the chunk: the chunk's memory is about to go.</summary>
    public void Keep(ReadOnlySpan<byte> chunk)
    {
        if (_inChunk > 0)
        {
            var value = chunk.Slice(_start, _inChunk);
            _inChunk = 0;
            Append(value);
        }
    }

    public void Clear()
    {
        _buffered = 0;
        _inChunk = 0;
        if (_buffer?.Length > KeptBytes)
        {
            _buffer = null;
        }
    }

    private void Append(ReadOnlySpan<byte> value)
    {
        var needed = _buffered + value.Length;
        if (_buffer is null || _buffer.Length < needed)
        {
            Array.Resize(ref _buffer, Math.Max(needed, Math.Max(FirstBytes, _buffered * 2)));
        }
        value.CopyTo(_buffer.AsSpan(_buffered));
        _buffered = needed;
    }
}
