using Latchkey.Simulator.Delivery;

namespace Latchkey.Simulator.Messages;

/// <summary>
/// A stream as unpleasant as the grammar of server-sent events allows, and a little beyond, around events that still mean
/// what they meant: a byte order mark, mixed line ends, comments, unknown events and fields, data without the space, data
/// that isn't JSON, bytes that aren't text.
/// </summary>
internal static class GarbageFrames
{
    private static readonly byte[][] Rubbish =
    [
        [.. ": a comment with äöü\n\n"u8],
        [.. "event: an_event_of_next_year\r\ndata: {\"type\":\"an_event_of_next_year\",\"usage\":{\"output_tokens\":999999}}\r\n\r\n"u8],
        [.. "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\n\n"u8],
        [.. "id: 7\nretry: 10\nnonsense\ndata\n\n"u8],
        [0xFF, 0xFE, 0x00, 0xC3, 0x28, 0x80, (byte)'\n', (byte)'\n'],
        [.. "data:{\"type\":\"ping\"}\n\n"u8],
        [.. "\n\r\n\n"u8],
    ];

    public static IEnumerable<Frame> Around(IEnumerable<Frame> frames)
    {
        var number = 0;
        foreach (var frame in frames)
        {
            yield return (number % 3) switch
            {
                0 => frame with { Bytes = WithCarriageReturns(number == 0 ? [.. "\uFEFF"u8] : [], frame.Bytes.Span) },
                1 => frame with { Bytes = WithoutSpaces(frame.Bytes.Span) },
                _ => frame,
            };
            yield return new Frame(Rubbish[number % Rubbish.Length]);
            number++;
        }
    }

    private static byte[] WithCarriageReturns(ReadOnlySpan<byte> before, ReadOnlySpan<byte> frame)
    {
        var written = new List<byte>(frame.Length + 8);
        written.AddRange(before);
        foreach (var b in frame)
        {
            if (b == '\n')
            {
                written.Add((byte)'\r');
            }

            written.Add(b);
        }

        return [.. written];
    }

    // Only the space after a field's name may go: the frame is two lines, and neither name occurs at another line's start.
    private static byte[] WithoutSpaces(ReadOnlySpan<byte> frame)
    {
        var lineEnd = frame.IndexOf((byte)'\n');
        return [.. "event:"u8, .. frame["event: ".Length..(lineEnd + 1)], .. "data:"u8, .. frame[(lineEnd + 1 + "data: ".Length)..]];
    }
}
