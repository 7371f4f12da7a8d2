using System.Text;
using CsCheck;

namespace Latchkey.Claude.Tests;

public class SseReaderTests
{
    /// <summary>A stream, and the events that a reader of the standard sees in it: name=data, joined by |. A line break in data is shown as ↵.</summary>
    public static readonly TheoryData<string, string> Streams = new()
    {
        { "event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", "a=1|b=2" },
        { "event: a\r\ndata: 1\r\n\r\nevent: b\r\ndata: 2\r\n\r\n", "a=1|b=2" },
        { "event: a\rdata: 1\r\revent: b\rdata: 2\r\r", "a=1|b=2" },
        { "event: a\ndata: 1\r\n\nevent: b\rdata: 2\n\r\n", "a=1|b=2" },
        { "\uFEFFevent: a\ndata: 1\n\n", "a=1" },
        { "\uFEFFdata: 1\n\n", "=1" },
        { "data: 1\n\n\uFEFFdata: 2\n\ndata: 3\n\n", "=1|=3" },
        { ": hello\n\n: again\nevent: a\n:\ndata: 1\n: between\n\n", "a=1" },
        { "event:a\ndata:1\n\n", "a=1" },
        { "event:  a\ndata:  1 \n\n", " a= 1 " },
        { "event: a\ndata: 1\ndata: 2\ndata:3\n\n", "a=1↵2↵3" },
        { "data\n\n", "=" },
        { "data:\n\n", "=" },
        { "data: \n\n", "=" },
        { "data\ndata\n\n", "=↵" },
        { "data:\ndata:\ndata: x\n\n", "=↵↵x" },
        { "event: a\n\ndata: 1\n\n", "=1" },
        { "event: a\nevent: b\ndata: 1\n\n", "b=1" },
        { "event: a\nevent\ndata: 1\n\n", "=1" },
        { "event: a\nevent:\ndata: 1\n\n", "=1" },
        { "data: 1\nevent: a\n\ndata: 2\n\n", "a=1|=2" },
        { "id: 7\nretry: 10\nevent: a\ndata: 1\nfuture: x\n\n", "a=1" },
        { "datax: 1\ndat: 2\nevents: c\n data: 3\nDATA: 4\n\n", "" },
        { "event: überraschung\ndata: 😀 – ü\ndata: 漢字\n\n", "überraschung=😀 – ü↵漢字" },
        { "data: a: b:\n\n", "=a: b:" },
        { "\n\n\r\n\r\r\ndata: 1\n\n", "=1" },
        { "data: 1\n\nevent: a\ndata: never ended\n", "=1" },
        { "data: 1\n\nevent: a\ndata: cut", "=1" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void a_stream_is_read_as_the_standard_says(string stream, string events) =>
        Events(Encoding.UTF8.GetBytes(stream), [int.MaxValue]).Should().Be(events);

    [Theory]
    [MemberData(nameof(Streams))]
    public void a_cut_at_any_byte_changes_nothing(string stream, string events)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var first = 1; first <= bytes.Length; first++)
        {
            for (var second = 1; second <= bytes.Length - first; second++)
            {
                Events(bytes, [first, second, bytes.Length]).Should().Be(events, "cut after {0} and {1} more", first, second);
            }
        }
        Events(bytes, [1]).Should().Be(events);
    }

    [Fact]
    public void random_lines_in_any_chunking_give_the_same_events()
    {
        string[] parts = ["event:", "data:", "data", ":", " ", "\n", "\r", "\r\n", "x", "\n\n", "message_delta", "\uFEFF", "😀"];
        var part = Gen.Int[0, parts.Length - 1].Select(i => parts[i]);
        Gen.Select(part.Array[0, 30], Gen.Int[1, 9].Array[1, 5]).Sample((chosen, lengths) =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(chosen));
            Events(bytes, lengths).Should().Be(Events(bytes, [int.MaxValue]));
        }, iter: 5000);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(3)]
    public void an_event_beyond_the_cap_is_skipped_to_its_end(int chunk)
    {
        var stream = "event: a\ndata: 12345678\ndata: 9\n\nevent: b\ndata: 123456789\nevent: c\ndata: more\n\nevent: d\ndata: 1234\ndata: 5678\n\ndata: 9\n\n";

        Events(Encoding.UTF8.GetBytes(stream), [chunk], cap: 10).Should().Be("a=12345678↵9|c skipped 14|d=1234↵5678|=9");
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(3)]
    public void a_name_beyond_all_reason_makes_the_event_a_skipped_one(int chunk)
    {
        var stream = "event: " + new string('n', 300) + "\ndata: 1\n\nevent: " + new string('n', 300) + "\nevent: a\ndata: 2\n\n";

        Events(Encoding.UTF8.GetBytes(stream), [chunk]).Should().Be(" skipped 1|a=2");
    }

    [Fact]
    public void what_the_handler_throws_passes_through_and_leaves_the_reader_whole()
    {
        var recorder = new Recorder { ThrowOnce = true };
        var reader = new SseReader(recorder);

        reader.Invoking(r => r.Append("data: 1\n\n"u8)).Should().Throw<InvalidOperationException>();
        reader.Append("data: 2\n\n"u8);

        recorder.ToString().Should().Be("=2");
    }

    [Fact]
    public void a_cap_below_one_byte_is_refused() =>
        FluentActions.Invoking(() => new SseReader(new Recorder(), 0)).Should().Throw<ArgumentOutOfRangeException>();

    private static string Events(byte[] bytes, int[] lengths, int cap = SseReader.DefaultMaxEventBytes)
    {
        var recorder = new Recorder();
        var reader = new SseReader(recorder, cap);
        Sse.Push(bytes, lengths, piece => reader.Append(piece));
        return recorder.ToString();
    }

    private sealed class Recorder : ISseHandler
    {
        private readonly List<string> _events = [];

        public bool ThrowOnce { get; set; }

        public void OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
        {
            if (ThrowOnce)
            {
                ThrowOnce = false;
                throw new InvalidOperationException();
            }
            _events.Add($"{Encoding.UTF8.GetString(name)}={Encoding.UTF8.GetString(data).Replace('\n', '↵')}");
        }

        public void OnSkipped(ReadOnlySpan<byte> name, long dataBytes) => _events.Add($"{Encoding.UTF8.GetString(name)} skipped {dataBytes}");

        public override string ToString() => string.Join('|', _events);
    }
}
