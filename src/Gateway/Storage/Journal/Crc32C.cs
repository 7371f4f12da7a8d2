using System.Buffers.Binary;
using System.Numerics;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>CRC-32C (Castagnoli, RFC 3720 B.4) by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Add(uint.MaxValue, bytes);

    /// <summary>Goes on from a state that isn't inverted yet.</summary>
    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var one in bytes)
        {
            state = BitOperations.Crc32C(state, one);
        }

        return state;
    }
}
