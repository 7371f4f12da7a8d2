using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Latchkey.Gateway.Listener;

/// <summary>
/// What clients' bytes are read into. Kestrel's own pieces are 4 KB, and each costs a call of the system and a link in a chain: a request of
/// Claude Code is ten times as long, one with pictures hundreds of times. Idle connections hold none.
/// </summary>
internal sealed class SocketMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>Bytes of a piece.</summary>
    private const int PieceSize = 32 * 1024;

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, PieceSize));

    protected override void Dispose(bool disposing)
    {
        // The memory is the process's.
    }
}
