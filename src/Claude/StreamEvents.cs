using System.Buffers;
using System.Buffers.Text;

namespace Latchkey.Claude;

/// <summary>Writes events of a streamed answer, for a stream that is ended before its end. (Its error event: <see cref="ClaudeErrors.WriteEvent"/>.)</summary>
public static class StreamEvents
{
    /// <summary>Writes the <c>content_block_stop</c> of a block, so that a client takes the block for complete.</summary>
    /// <param name="output">Gets the event, UTF-8.</param>
    /// <param name="index">The block's own index.</param>
    public static void WriteBlockStop(IBufferWriter<byte> output, int index)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"u8);
        Utf8Formatter.TryFormat(index, output.GetSpan(11), out var digits);
        output.Advance(digits);
        output.Write("}\n\n"u8);
    }
}
