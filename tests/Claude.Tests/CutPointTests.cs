using System.Text;
using System.Text.Json;

namespace Latchkey.Claude.Tests;

/// <summary>Where a stream may be cut, and which text block is open there, after every byte.</summary>
public class CutPointTests
{
    private const string Text = """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""";
    private const string Delta = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}""";
    private const string Stop = """{"type":"content_block_stop","index":0}""";

    public static TheoryData<string> Streams =>
        [.. ConformanceCase.Folders().Where(folder => ConformanceCase.Load(folder) is { Case.Kind: "stream" } it && !it.Answer.AsSpan().Contains((byte)'\r'))];

    [Theory]
    [MemberData(nameof(Streams))]
    public void a_conformance_stream_can_be_cut_after_any_byte(string folder)
    {
        var answer = ConformanceCase.Load(folder).Answer;
        var step = Math.Max(1, answer.Length / 1_000);
        var byteByByte = new StreamUsageReader();
        for (var length = 1; length <= answer.Length; length++)
        {
            byteByByte.Read(answer.AsSpan(length - 1, 1));
            if (length % step == 0)
            {
                var whole = new StreamUsageReader();
                whole.Read(answer.AsSpan(0, length));

                (whole.BytesSinceEvent, whole.OpenTextBlock).Should().Be(Expected(answer.AsSpan(0, length)), "of {0} bytes", length);
                (byteByByte.BytesSinceEvent, byteByByte.OpenTextBlock).Should().Be((whole.BytesSinceEvent, whole.OpenTextBlock));
            }
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void an_event_ends_with_its_blank_line_whatever_ends_lines(string end)
    {
        var first = Encoding.UTF8.GetBytes($"event: content_block_start{end}data: {Text}{end}{end}");
        var stream = first.Concat(Encoding.UTF8.GetBytes($": a comment{end}data: 1{end}")).ToArray();
        for (var split = 0; split <= stream.Length; split++)
        {
            var reader = new StreamUsageReader();
            reader.Read(stream.AsSpan(0, split));

            // The LF of a CR LF that ends the blank line follows on an event that has already ended.
            var ended = split == first.Length - 1 && end == "\r\n";
            reader.BytesSinceEvent.Should().Be(ended ? 0 : split < first.Length ? split : split - first.Length);
            reader.Read(stream.AsSpan(split));
            reader.BytesSinceEvent.Should().Be(stream.Length - first.Length);
            reader.OpenTextBlock.Should().Be(0);
        }
    }

    [Fact]
    public void a_text_block_is_open_from_its_start_to_its_stop()
    {
        var reader = new StreamUsageReader();
        reader.OpenTextBlock.Should().BeNull();

        foreach (var (name, data, open) in new[]
        {
            ("message_start", """{"type":"message_start","message":{}}""", (int?)null),
            ("content_block_start", Text.Replace("0", "7", StringComparison.Ordinal), 7),
            ("content_block_delta", Delta, 7),
            ("ping", """{"type":"ping"}""", 7),
            ("content_block_stop", Stop, null),
            ("content_block_start", """{"type":"content_block_start","content_block":{"citations":[],"type":"text","text":""},"index":8}""", 8),
        })
        {
            reader.Read(Sse.Stream((name, data)));
            reader.OpenTextBlock.Should().Be(open, "after {0}", data);
        }
    }

    [Theory]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""")]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"text","input":{}}}""")]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"input":{"type":"text"},"type":"tool_use"}}""")]
    [InlineData("""{"type":"content_block_start","index":0.5,"content_block":{"type":"text","text":""}}""")]
    [InlineData("""{"type":"content_block_start","content_block":{"type":"text","text":""}}""")]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":"text"}""")]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{""")]
    [InlineData("")]
    public void any_other_block_is_no_open_text(string start)
    {
        var reader = new StreamUsageReader();
        reader.Read(Sse.Stream(("content_block_start", Text), ("content_block_start", start)));

        reader.OpenTextBlock.Should().BeNull();
    }

    [Fact]
    public void a_block_that_begins_with_more_than_is_kept_is_no_open_text()
    {
        var reader = new StreamUsageReader(maxEventBytes: 100);
        reader.Read(Sse.Stream(("content_block_start", Text), ("content_block_start", Text + new string(' ', 100))));

        reader.OpenTextBlock.Should().BeNull();
    }

    [Fact]
    public void a_block_is_closed_by_the_event_that_Claude_sends()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();

        StreamEvents.WriteBlockStop(output, 12);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":12}\n\n");
    }

    /// <summary>By another way than the reader's: split at blank lines, parse whole documents.</summary>
    private static (long BytesSinceEvent, int? OpenTextBlock) Expected(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var end = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        int? open = null;
        foreach (var frame in end < 0 ? [] : text[..end].Split("\n\n"))
        {
            var data = string.Join('\n', frame.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..]));
            try
            {
                using var document = JsonDocument.Parse(data);
                open = document.RootElement.GetProperty("type").GetString() switch
                {
                    "content_block_stop" => null,
                    "content_block_start" => document.RootElement.GetProperty("content_block").GetProperty("type").GetString() == "text"
                        ? document.RootElement.GetProperty("index").GetInt32()
                        : null,
                    _ => open,
                };
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
            }
        }

        return (end < 0 ? bytes.Length : bytes.Length - end - 2, open);
    }
}
