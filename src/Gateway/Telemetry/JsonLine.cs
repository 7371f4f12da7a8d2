using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Latchkey.Gateway.Telemetry;

/// <summary>Makes a log event one JSON object on one line: no text in it can pretend to be another line.</summary>
#pragma warning disable CA1001 // Its writer writes to memory only: there is nothing to let go.
internal sealed class JsonLine
#pragma warning restore CA1001
{
    private const string OriginalFormat = "{OriginalFormat}";
    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _json;

    public JsonLine() => _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The line, valid until the next one is made.</summary>
    public ReadOnlySpan<byte> Of<TState>(DateTimeOffset at, LogLevel level, string category, EventId id, TState state, string message, Exception? exception)
    {
        _bytes.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        Span<byte> timestamp = stackalloc byte[24];
        at.UtcDateTime.TryFormat(timestamp, out var length, TimestampFormat, CultureInfo.InvariantCulture);
        _json.WriteString("Timestamp"u8, timestamp[..length]);
        _json.WriteNumber("EventId"u8, id.Id);
        _json.WriteString("LogLevel"u8, NameOf(level));
        _json.WriteString("Category"u8, category);
        _json.WriteString("Message"u8, message);
        if (exception is not null)
        {
            _json.WriteString("Exception"u8, exception.ToString());
        }

        if (state is IReadOnlyList<KeyValuePair<string, object?>> { Count: > 0 } values)
        {
            _json.WriteStartObject("State"u8);
            for (var i = 0; i < values.Count; i++)
            {
                var (name, value) = values[i];
                if (name != OriginalFormat)
                {
                    Write(name, value);
                }
            }

            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.Flush();
        _bytes.Write("\n"u8);
        return _bytes.WrittenSpan;
    }

    private void Write(string name, object? value)
    {
        switch (value)
        {
            case null:
                _json.WriteNull(name);
                break;
            case string text:
                _json.WriteString(name, text);
                break;
            case bool flag:
                _json.WriteBoolean(name, flag);
                break;
            case int number:
                _json.WriteNumber(name, number);
                break;
            case long number:
                _json.WriteNumber(name, number);
                break;
            case decimal number:
                _json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                _json.WriteNumber(name, number);
                break;
            default:
                _json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static ReadOnlySpan<byte> NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "Trace"u8,
        LogLevel.Debug => "Debug"u8,
        LogLevel.Information => "Information"u8,
        LogLevel.Warning => "Warning"u8,
        LogLevel.Error => "Error"u8,
        LogLevel.Critical => "Critical"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a level of an event."),
    };
}
