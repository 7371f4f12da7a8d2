using System.IO.Pipelines;
using System.Text;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Measure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

/// <summary>Which bytes still pass when the gate ends an answer, piece by piece.</summary>
public sealed class CutRelayTests : IDisposable
{
    private const string Start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n";
    private const string Block = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
    private const string Delta = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n";
    private const string BlockStop = "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n";
    private const string Stop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    private readonly ResponseTap _tap = new(NullLogger.Instance, "req_1");

    public CutRelayTests() => _tap.Attach("text/event-stream", coding: null);

    public void Dispose() => _tap.Dispose();

    [Fact]
    public async Task the_piece_passes_up_to_its_last_boundary_and_nothing_after_it_is_read()
    {
        var (passed, unread) = await RelayAsync(stopAt: 2, Start, Block + Delta + Delta[..20], Delta[20..] + Stop);

        passed.Should().Be(Start + Block + Delta);
        unread.Should().Be(1);
        _tap.Cut!.Value.OpenTextBlock.Should().Be(0);
    }

    [Fact]
    public async Task an_event_that_is_half_sent_is_sent_to_its_end_first()
    {
        var (passed, unread) = await RelayAsync(stopAt: 3, Start, Block + Delta[..20], Delta[20..40], Delta[40..60], Delta[60..] + BlockStop + Delta[..9], Stop);

        passed.Should().Be(Start + Block + Delta + BlockStop);
        unread.Should().Be(1);
        _tap.Cut!.Value.OpenTextBlock.Should().BeNull();
    }

    [Fact]
    public async Task an_event_of_which_nothing_was_sent_is_not_begun()
    {
        var (passed, unread) = await RelayAsync(stopAt: 2, Start + Block, Delta[..20], Delta[20..]);

        passed.Should().Be(Start + Block);
        unread.Should().Be(1);
    }

    [Fact]
    public async Task nothing_passes_when_the_first_piece_is_too_much_and_no_event_yet()
    {
        var (passed, _) = await RelayAsync(stopAt: 1, Start[..20], Start[20..]);

        passed.Should().BeEmpty();
    }

    [Fact]
    public async Task every_split_of_the_stream_passes_whole_events_only()
    {
        var stream = Start + Block + Delta + Delta + BlockStop + Stop;
        for (var size = 1; size < stream.Length - Stop.Length; size++)
        {
            using var tap = new ResponseTap(NullLogger.Instance, "req_1");
            tap.Attach("text/event-stream", coding: null);
            var pieces = stream.Chunk(size).Select(piece => new string(piece)).ToArray();

            var (passed, _) = await RelayAsync(tap, stopAt: pieces.Length / 2, pieces);

            stream.Should().StartWith(passed);
            (passed.Length == 0 || passed.EndsWith("\n\n", StringComparison.Ordinal)).Should().BeTrue("the pieces have {0} bytes", size);
            tap.Cut!.Value.OpenTextBlock.Should().Be(
                passed.Contains(Block, StringComparison.Ordinal) && !passed.Contains(BlockStop, StringComparison.Ordinal) ? 0 : null);
        }
    }

    [Fact]
    public async Task the_piece_with_the_last_event_passes_whatever_the_gate_says()
    {
        var (passed, _) = await RelayAsync(stopAt: 2, Start, Block + Delta + BlockStop + Stop, ": a comment\n\n");

        passed.Should().Be(Start + Block + Delta + BlockStop + Stop + ": a comment\n\n");
    }

    private Task<(string Passed, int Unread)> RelayAsync(int stopAt, params string[] pieces) => RelayAsync(_tap, stopAt, pieces);

    private static async Task<(string Passed, int Unread)> RelayAsync(ResponseTap tap, int stopAt, params string[] pieces)
    {
        var client = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        using var source = new Pieces(pieces);
        using var watch = new StallWatch(TimeSpan.FromMinutes(2), TimeProvider.System, CancellationToken.None);

        var (how, words) = await AnswerRelay.RunAsync(
            source, client.Writer, tap, new StoppingGate(stopAt), static () => Outcome.NotSent, watch, CancellationToken.None);

        (how is AnswerRelay.End.Cut).Should().Be(words is not null);
        (how is AnswerRelay.End.Cut or AnswerRelay.End.Ended).Should().BeTrue();
        await client.Writer.CompleteAsync();
        using var reader = new StreamReader(client.Reader.AsStream());
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken), source.Unread);
    }

    /// <summary>Says stop once, at a piece; it must hold from then on.</summary>
    private sealed class StoppingGate(int at) : IAnswerGate
    {
        private int _pieces;

        public void Begins(Outcome begun)
        {
        }

        public ValueTask BeforeFirstByteAsync() => default;

        public Refusal? Passing() => ++_pieces == at ? Refusal.Policy("Enough.") : null;

        public ValueTask BeforeEndAsync(Outcome ending) => default;
    }

    /// <summary>One piece a read.</summary>
    private sealed class Pieces(IEnumerable<string> pieces) : Stream
    {
        private readonly Queue<byte[]> _pieces = new(pieces.Select(Encoding.UTF8.GetBytes));

        public int Unread => _pieces.Count;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty || !_pieces.TryDequeue(out var piece))
            {
                return new ValueTask<int>(0);
            }

            piece.CopyTo(buffer);
            return new ValueTask<int>(piece.Length);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
