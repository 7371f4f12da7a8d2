using System.Buffers;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>A request's body in one pooled piece: what is looked at is what goes upstream.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstRent = 16 * 1024;

    /// <summary>Bytes after whose coming a declared length is believed, as far as <see cref="Believed"/>.</summary>
    private const int Earnest = 128 * 1024;

    /// <summary>Bytes that are rented for a declaration alone.</summary>
    private const int Believed = 4 * 1024 * 1024;

    private byte[] _bytes;

    private RequestBody(byte[] bytes, int length)
    {
        _bytes = bytes;
        Length = length;
    }

    public int Length { get; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Reads to the end of the body, or to one byte more than the limit: then null.</summary>
    /// <param name="source">The body.</param>
    /// <param name="declared">Its length, as far as the client says.</param>
    /// <param name="limit">Largest length in bytes.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async ValueTask<RequestBody?> ReadAsync(Stream source, long? declared, int limit, CancellationToken cancellation)
    {
        if (declared > limit)
        {
            return null;
        }

        // The declared length is a claim: memory follows the bytes that really come. Growing costs a copy, so it is done in few steps.
        var most = (int)(declared ?? limit) + 1;
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Min(most, FirstRent));
        var length = 0;
        try
        {
            while (true)
            {
                if (length == bytes.Length)
                {
                    bytes = Grow(bytes, length, most);
                }

                var read = await source.ReadAsync(bytes.AsMemory(length, Math.Min(bytes.Length, limit + 1) - length), cancellation);
                if (read == 0)
                {
                    var body = new RequestBody(bytes, length);
                    bytes = [];
                    return body;
                }

                length += read;
                if (length > limit)
                {
                    return null;
                }
            }
        }
        finally
        {
            Return(bytes);
        }
    }

    /// <summary>Gives the memory back. Only when nobody reads it any more: the pool hands it to the next request.</summary>
    public void Dispose()
    {
        Return(_bytes);
        _bytes = [];
    }

    private static byte[] Grow(byte[] bytes, int length, int most)
    {
        var next = length < Earnest ? Earnest : Math.Max(Believed, length * 2L);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(most, length + 1), next));
        bytes.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        return larger;
    }

    private static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
