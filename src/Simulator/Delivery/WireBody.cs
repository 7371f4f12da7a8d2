using System.IO.Compression;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Delivery;

/// <summary>The layers that a body passes on its way out: encoding, then cutting into pieces, then counting.</summary>
internal sealed class WireBody : IAsyncDisposable
{
    private readonly RecordingStream _recording;
    private readonly ChunkingStream? _chunking;
    private readonly Stream? _encoder;
    private readonly Stream _top;

    public WireBody(Stream connection, Scenario scenario, bool keepBytes)
    {
        _recording = new RecordingStream(connection, keepBytes);
        _chunking = scenario.Chunking is { } plan ? new ChunkingStream(_recording, plan) : null;
        var below = (Stream?)_chunking ?? _recording;
        _encoder = scenario.Encoding switch
        {
            "gzip" => new GZipStream(below, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(below, CompressionLevel.Fastest, leaveOpen: true),
            // What HTTP calls deflate is the zlib format (RFC 9110, 8.4.1.2).
            "deflate" => new ZLibStream(below, CompressionLevel.Fastest, leaveOpen: true),
            _ => null,
        };
        _top = _encoder ?? below;
    }

    public long Bytes => _recording.Bytes;

    public string Sha256 => _recording.Sha256;

    public byte[]? Kept => _recording.Kept;

    /// <summary>Writes and flushes, so that an encoder holds nothing back either.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await _top.WriteAsync(bytes, cancellation);
        if (_encoder is not null)
        {
            await _encoder.FlushAsync(cancellation);
        }
    }

    /// <summary>Sends what waits for a full piece, and the headers when nothing was written yet.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellation)
    {
        if (_chunking is not null)
        {
            await _chunking.ReleaseAsync(cancellation);
        }

        await _recording.FlushAsync(cancellation);
    }

    /// <summary>Ends the encoding and sends the last bytes.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellation)
    {
        if (_encoder is not null)
        {
            await _encoder.DisposeAsync();
        }

        if (_chunking is not null)
        {
            await _chunking.ReleaseAsync(cancellation);
        }
    }

    // The encoder isn't disposed here: it would write its trailer into a stream that was broken off on purpose.
    public ValueTask DisposeAsync() => _recording.DisposeAsync();
}
