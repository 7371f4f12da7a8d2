using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Latchkey.Simulator.Delivery;

/// <summary>JSON written the way the API writes it: compact, UTF-8, nothing escaped that needn't be.</summary>
internal static class JsonBytes
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Of<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Options);
        write(json, value);
        json.Flush();
        return buffer.WrittenMemory;
    }
}
