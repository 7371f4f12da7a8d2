using System.Buffers.Binary;
using System.Text;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>
/// Reads a record's content from front to back, as <see cref="RowWriter"/> wrote it. Each step says whether there was anything: content that
/// makes no sense ends the reading, whatever it is.
/// </summary>
internal ref struct RowReader(ReadOnlySpan<byte> content)
{
    private const int LongestVarint = 10;

    private ReadOnlySpan<byte> _left = content;

    /// <summary>Which columns aren't null, from the first in the lowest bit; comes first.</summary>
    public bool TryReadPresent(out ulong present)
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(_left, out present))
        {
            return false;
        }

        _left = _left[sizeof(ulong)..];
        return true;
    }

    public bool TryReadText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryReadVarint(out var length) || length > (ulong)_left.Length)
        {
            return false;
        }

        text = _left[..(int)length];
        _left = _left[(int)length..];
        return true;
    }

    public bool TryReadText(out string text)
    {
        var read = TryReadText(out ReadOnlySpan<byte> bytes);
        text = read ? Encoding.UTF8.GetString(bytes) : "";
        return read;
    }

    public bool TryReadInteger(out long value)
    {
        var read = TryReadVarint(out var zigzag);
        value = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        return read;
    }

    public bool TryReadCount(out int count)
    {
        var read = TryReadVarint(out var value) && value <= (ulong)_left.Length;
        count = read ? (int)value : 0;
        return read;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < LongestVarint && i < _left.Length; i++)
        {
            value |= (ulong)(_left[i] & 0x7F) << (7 * i);
            if (_left[i] < 0x80)
            {
                _left = _left[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
