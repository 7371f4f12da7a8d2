using System.Buffers;
using System.Text.Json;

namespace Latchkey.Simulator.Delivery;

/// <summary>Writes one server-sent event after the other into the same buffer.</summary>
internal sealed class SseWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _json;

    public SseWriter() => _json = new Utf8JsonWriter(_buffer, JsonBytes.Options);

    /// <summary>Starts an event whose data is an object with this <c>type</c>; the caller adds fields and calls <see cref="End"/>.</summary>
    public Utf8JsonWriter Begin(ReadOnlySpan<byte> type)
    {
        _buffer.ResetWrittenCount();
        _buffer.Write("event: "u8);
        _buffer.Write(type);
        _buffer.Write("\ndata: "u8);
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
        return _json;
    }

    /// <summary>The finished event; the memory is overwritten by the next <see cref="Begin"/>.</summary>
    public ReadOnlyMemory<byte> End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n\n"u8);
        return _buffer.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();
}
