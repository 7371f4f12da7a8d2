using System.Net;
using System.Security.Cryptography;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>A body of unknown length, flushed in random pieces.</summary>
internal sealed class PieceByPieceContent(byte[] bytes, int seed) : HttpContent
{
    public static string Sha256Of(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var random = new Random(seed);
        for (var at = 0; at < bytes.Length;)
        {
            var piece = Math.Min(random.Next(1, 200), bytes.Length - at);
            await stream.WriteAsync(bytes.AsMemory(at, piece));
            await stream.FlushAsync();
            at += piece;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
