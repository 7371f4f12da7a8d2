using System.Buffers;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Delivery;

/// <summary>Cuts what passes into pieces that have nothing to do with events: one may end in the middle of a character.</summary>
internal sealed class ChunkingStream(Stream inner, Chunking plan) : WriteOnlyStream
{
    private const int LargestRandomPiece = 97;

    private readonly ArrayBufferWriter<byte> _waiting = new();
    private readonly Random _random = new(plan.Seed);
    private int _next;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _waiting.Write(buffer.Span);
        var done = 0;
        while (true)
        {
            if (_next == 0)
            {
                _next = plan.Size ?? _random.Next(1, LargestRandomPiece + 1);
            }

            if (_waiting.WrittenCount - done < _next)
            {
                break;
            }

            await WritePieceAsync(_waiting.WrittenMemory.Slice(done, _next), cancellationToken);
            done += _next;
            _next = 0;
        }

        if (done > 0)
        {
            var rest = _waiting.WrittenMemory[done..].ToArray();
            _waiting.ResetWrittenCount();
            _waiting.Write(rest);
        }
    }

    /// <summary>A flush lets nothing out: the size of the pieces is the whole point.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets out what waits for a full piece.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellation)
    {
        if (_waiting.WrittenCount > 0)
        {
            await WritePieceAsync(_waiting.WrittenMemory, cancellation);
            _waiting.ResetWrittenCount();
        }
    }

    private async ValueTask WritePieceAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        await inner.WriteAsync(piece, cancellation);
        await inner.FlushAsync(cancellation);
    }
}
