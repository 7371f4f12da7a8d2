using System.Buffers;
using System.IO.Compression;

namespace Latchkey.Gateway.DataPath.Measure;

/// <summary>
/// Decompresses a copy of a compressed answer as it passes. We ask for uncompressed answers; one that comes compressed
/// all the same goes to the client as it is, and must not be metered as free.
/// </summary>
internal sealed class DecodingTap : IDisposable
{
    private const int OutputSize = 16 * 1024;

    private readonly Feed _feed = new();
    private readonly Stream _decoder;
    private readonly PlainBytes _next;

    private DecodingTap(Func<Stream, Stream> decoder, PlainBytes next)
    {
        _decoder = decoder(_feed);
        _next = next;
    }

    /// <summary>Takes decompressed bytes.</summary>
    public delegate void PlainBytes(ReadOnlySpan<byte> bytes);

    /// <summary>A decoder for the content codings, or null when they can't be decoded here.</summary>
    public static DecodingTap? For(string coding, PlainBytes next) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new DecodingTap(s => new GZipStream(s, CompressionMode.Decompress), next),
        "deflate" => new DecodingTap(s => new ZLibStream(s, CompressionMode.Decompress), next),
        "br" => new DecodingTap(s => new BrotliStream(s, CompressionMode.Decompress), next),
        _ => null,
    };

    /// <summary>Decodes as much as the bytes so far allow.</summary>
    /// <exception cref="InvalidDataException">The bytes aren't what the coding says.</exception>
    public void Write(ReadOnlySpan<byte> encoded)
    {
        var copy = ArrayPool<byte>.Shared.Rent(encoded.Length);
        var plain = ArrayPool<byte>.Shared.Rent(OutputSize);
        try
        {
            encoded.CopyTo(copy);
            _feed.Fill(copy.AsMemory(0, encoded.Length));

            // The decoder takes an empty feed for "nothing now", not for the end: it goes on with the next bytes.
            int read;
            while ((read = _decoder.Read(plain, 0, plain.Length)) > 0)
            {
                _next(plain.AsSpan(0, read));
            }
        }
        finally
        {
            _feed.Fill(default);
            ArrayPool<byte>.Shared.Return(copy);
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>A read-only stream over the bytes at hand.</summary>
    private sealed class Feed : Stream
    {
        private ReadOnlyMemory<byte> _bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Fill(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var taken = Math.Min(buffer.Length, _bytes.Length);
            _bytes.Span[..taken].CopyTo(buffer);
            _bytes = _bytes[taken..];
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
