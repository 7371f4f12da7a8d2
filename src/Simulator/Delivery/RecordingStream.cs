using System.Security.Cryptography;

namespace Latchkey.Simulator.Delivery;

/// <summary>The last stop before the connection: counts and hashes what was handed over.</summary>
internal sealed class RecordingStream(Stream connection, bool keepBytes) : WriteOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream? _kept = keepBytes ? new MemoryStream() : null;

    public long Bytes { get; private set; }

    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public byte[]? Kept => _kept?.ToArray();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await connection.WriteAsync(buffer, cancellationToken);
        Bytes += buffer.Length;
        _hash.AppendData(buffer.Span);
        _kept?.Write(buffer.Span);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
