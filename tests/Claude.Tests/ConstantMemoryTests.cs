using System.Text;

namespace Latchkey.Claude.Tests;

public class ConstantMemoryTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData("event: a\n", 1024)]
    [InlineData("event: ", 4096)]
    [InlineData(": ", 1024)]
    [InlineData("id: ", 1024)]
    [InlineData("", 1024)]
    [InlineData("data: 1\ndata: ", 4 * Megabyte)]
    public void a_line_of_200_MB_without_end_does_not_grow_memory(string beginning, long allowed)
    {
        var filler = new byte[64 * 1024];
        filler.AsSpan().Fill((byte)'x');
        var reader = new StreamUsageReader();
        reader.Read(Encoding.UTF8.GetBytes(beginning));

        var allocated = AllocatedBy(() =>
        {
            for (var i = 0; i < 200 * Megabyte / filler.Length; i++)
            {
                reader.Read(filler);
            }
        });

        allocated.Should().BeLessThanOrEqualTo(allowed);
        reader.Read("\n\nevent: message_delta\ndata: {\"usage\":{\"output_tokens\":5}}\n\n"u8);
        reader.Complete().Usage.OutputTokens.Should().Be(5);
    }

    [Theory]
    [InlineData("data:\n")]
    [InlineData("data: x\n")]
    [InlineData("event: a\n")]
    [InlineData(":\n")]
    [InlineData("\n")]
    public void short_lines_without_an_end_of_the_event_do_not_grow_memory(string line)
    {
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 10_000)));
        var reader = new StreamUsageReader();

        var allocated = AllocatedBy(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                reader.Read(lines);
            }
        });

        allocated.Should().BeLessThanOrEqualTo(4 * Megabyte);
    }

    [Theory]
    [InlineData(50, "{\"content\":\"", (byte)'x', "\"", 1024)]
    [InlineData(5, "{\"content\":\"", (byte)'\\', "\"", 1024)]
    [InlineData(5, "{\"other\":", (byte)'[', "", 1024)]
    [InlineData(50, "{\"", (byte)'k', "\":1", 1024)]
    [InlineData(50, "{\"usage\":\"", (byte)'x', "\"", 512 * 1024)]
    [InlineData(50, "{", (byte)' ', "\"a\":1", 1024)]
    [InlineData(5, "{", (byte)',', "\"a\":1", 1024)]
    public void many_megabytes_of_the_same_in_a_JSON_body_do_not_grow_memory(int megabytes, string beginning, byte filling, string end, long allowed)
    {
        var filler = new byte[64 * 1024];
        filler.AsSpan().Fill(filling);
        var reader = new JsonUsageReader();
        reader.Read(Encoding.UTF8.GetBytes(beginning));

        var allocated = AllocatedBy(() =>
        {
            for (var i = 0; i < megabytes * Megabyte / filler.Length; i++)
            {
                reader.Read(filler);
            }
        });

        allocated.Should().BeLessThanOrEqualTo(allowed);
        if (end.Length > 0)
        {
            reader.Read(Encoding.UTF8.GetBytes(end + ",\"model\":\"m\"}"));
            reader.Complete().Model.Should().Be("m");
        }
    }

    [Theory]
    [InlineData("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"some words of an answer"}}""")]
    [InlineData("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"","estimated_tokens":50}}""")]
    [InlineData("content_block_start", """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""")]
    [InlineData("content_block_stop", """{"type":"content_block_stop","index":1}""")]
    [InlineData("ping", """{"type": "ping"}""")]
    public void ordinary_events_cost_no_allocation(string name, string data)
    {
        var frame = Sse.Stream((name, data));
        var reader = new StreamUsageReader();
        reader.Read(frame);
        reader.Read(frame.AsSpan(..30));
        reader.Read(frame.AsSpan(30..));

        var allocated = AllocatedBy(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                // Whole in one chunk, then cut in the middle.
                reader.Read(frame);
                reader.Read(frame.AsSpan(..30));
                reader.Read(frame.AsSpan(30..));
            }
        });

        allocated.Should().Be(0);
        reader.Complete().Events.Should().Be(20_002);
    }

    [Fact]
    public void the_buffer_of_a_huge_event_is_not_kept()
    {
        var reader = new StreamUsageReader();
        var part = new byte[400 * 1024];
        part.AsSpan().Fill((byte)'x');

        long HugeEvent() => AllocatedBy(() =>
        {
            reader.Read("data: "u8);
            reader.Read(part);
            reader.Read(part);
            reader.Read("\n\n"u8);
        });

        // Had the first event's buffer been kept, the second would have cost nothing.
        HugeEvent().Should().BeGreaterThan(2 * part.Length);
        HugeEvent().Should().BeGreaterThan(2 * part.Length);
    }

    private static long AllocatedBy(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
