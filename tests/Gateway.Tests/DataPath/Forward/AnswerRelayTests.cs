using System.IO.Pipelines;
using System.Reflection;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Forward;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

public class AnswerRelayTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SilentTap _tap = new();

    [Fact]
    public async Task a_client_that_reads_slowly_is_no_stalled_upstream()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 10, resumeWriterThreshold: 5));
        using var watch = new StallWatch(TimeSpan.FromMinutes(2), _time, CancellationToken.None);
        var relaying = AnswerRelay.RunAsync(new MemoryStream(new byte[100_000]), pipe.Writer, _tap, new Gate(), AtItsEnd, watch, CancellationToken.None);
        relaying.IsCompleted.Should().BeFalse("the client has its hands full");

        _time.Advance(TimeSpan.FromMinutes(10));
        var received = new MemoryStream();
        var reading = pipe.Reader.CopyToAsync(received, TestContext.Current.CancellationToken);

        (await relaying).How.Should().Be(AnswerRelay.End.Ended);
        await pipe.Writer.CompleteAsync();
        await reading;
        received.Length.Should().Be(100_000);
    }

    [Fact]
    public async Task silence_of_the_upstream_ends_the_relay_at_its_limit()
    {
        var upstream = new Pipe();
        var client = new Pipe();
        using var watch = new StallWatch(TimeSpan.FromMinutes(2), _time, CancellationToken.None);
        var relaying = AnswerRelay.RunAsync(upstream.Reader.AsStream(), client.Writer, _tap, new Gate(), AtItsEnd, watch, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(119));
        relaying.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        (await relaying).How.Should().Be(AnswerRelay.End.Stalled);
    }

    [Fact]
    public async Task nothing_of_the_last_bytes_is_written_when_what_must_come_before_them_fails()
    {
        var client = new Pipe();
        using var watch = new StallWatch(TimeSpan.FromMinutes(2), _time, CancellationToken.None);

        var relaying = () => AnswerRelay.RunAsync(
            new MemoryStream([1, 2, 3]), client.Writer, _tap, new Gate { BeforeEnd = () => throw new InvalidOperationException("disk") }, AtItsEnd, watch, CancellationToken.None);

        await relaying.Should().ThrowAsync<InvalidOperationException>();
        client.Writer.UnflushedBytes.Should().Be(0);
    }

    [Fact]
    public void the_platform_never_sends_a_pooled_body_beside_the_answer()
    {
        // UpstreamRequest relies on it: the memory goes back to the pool when the exchange is over.
        using var content = new ReadOnlyMemoryContent(new byte[1]);

        typeof(HttpContent).GetProperty("AllowDuplex", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(content).Should().Be(false);
    }

    private static Outcome AtItsEnd() => Outcome.NotSent;

    private sealed class Gate : IAnswerGate
    {
        public Action BeforeEnd { get; init; } = () => { };

        public void Begins(Outcome begun)
        {
        }

        public ValueTask BeforeFirstByteAsync() => ValueTask.CompletedTask;

        public Refusal? Passing() => null;

        public ValueTask BeforeEndAsync(Outcome ending)
        {
            BeforeEnd();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class SilentTap : IAnswerTap
    {
        public AnswerProgress Progress => new(IsEventStream: false, Complete: true, ErrorType: null);

        public AnswerCut? Cut => null;

        public void Attach(string? mediaType, string? coding)
        {
        }

        public void Observe(ReadOnlySpan<byte> bytes)
        {
        }
    }
}
