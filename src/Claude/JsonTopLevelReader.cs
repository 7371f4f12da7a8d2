using System.Buffers;
using System.Text.Json;

namespace Latchkey.Claude;

/// <summary>
/// Picks the values of some keys out of the object that a JSON document is, while the bytes pass; whatever else there is, at whatever
/// depth and size, is passed over in constant memory. It finds structure and doesn't validate: a broken document gives some values or none.
/// </summary>
internal sealed class JsonTopLevelReader(IJsonValueHandler handler, (string Key, int MaxBytes)[] wanted)
{
    /// <summary>The longest key kept with its quotes: a wanted one with each letter escaped (six bytes) is shorter.</summary>
    private const int MaxKeyBytes = 128;

    private const byte Quote = (byte)'"';
    private const byte Backslash = (byte)'\\';

    private static readonly SearchValues<byte> TopStructure = SearchValues.Create("\"{}[],:"u8);
    private static readonly SearchValues<byte> DeepStructure = SearchValues.Create("\"{}[]"u8);

    private PendingBytes _captured;
    private Capture _capture;
    private int _key = -1;
    private int _maxBytes;
    private bool _tooLong;
    private bool _expectKey;
    private bool _inString;
    private bool _escaped;
    private bool _notObject;
    private long _depth;

    private enum Capture : byte
    {
        Nothing,
        Key,
        Value,
    }

    /// <summary>The document has been closed; what follows is not read.</summary>
    public bool Closed { get; private set; }

    public void Read(ReadOnlySpan<byte> chunk)
    {
        var at = 0;
        while (at < chunk.Length && !Closed && !_notObject)
        {
            if (_inString)
            {
                ReadString(chunk, ref at);
            }
            else if (_depth == 0)
            {
                ReadStart(chunk[at++]);
            }
            else
            {
                ReadStructure(chunk, ref at);
            }
        }
        _captured.Keep(chunk);
    }

    private void ReadStart(byte first)
    {
        switch (first)
        {
            case (byte)'{':
                _depth = 1;
                _expectKey = true;
                break;
            case (byte)'[':
                _depth = 1;
                break;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF:
                // Blanks, or bytes of a byte order mark.
                break;
            default:
                // A brace further on (HTML of a proxy in between) would not be the document's.
                _notObject = true;
                break;
        }
    }

    private void ReadString(ReadOnlySpan<byte> chunk, ref int at)
    {
        if (_escaped)
        {
            _escaped = false;
            Take(chunk, at++, 1);
            return;
        }
        var end = chunk[at..].IndexOfAny(Quote, Backslash);
        if (end < 0)
        {
            Take(chunk, at, chunk.Length - at);
            at = chunk.Length;
            return;
        }
        Take(chunk, at, end + 1);
        at += end;
        if (chunk[at++] == Backslash)
        {
            _escaped = true;
            return;
        }
        _inString = false;
        if (_capture == Capture.Key)
        {
            EndKey(chunk);
        }
    }

    private void ReadStructure(ReadOnlySpan<byte> chunk, ref int at)
    {
        var found = chunk[at..].IndexOfAny(_depth == 1 ? TopStructure : DeepStructure);
        if (found < 0)
        {
            Take(chunk, at, chunk.Length - at);
            at = chunk.Length;
            return;
        }
        Take(chunk, at, found);
        at += found;
        switch (chunk[at])
        {
            case Quote:
                _inString = true;
                if (_depth == 1 && _expectKey)
                {
                    Begin(Capture.Key, MaxKeyBytes);
                }
                Take(chunk, at, 1);
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                Take(chunk, at, 1);
                break;
            case (byte)'}' or (byte)']':
                if (--_depth == 0)
                {
                    EndValue(chunk);
                    Closed = true;
                }
                Take(chunk, at, 1);
                break;
            case (byte)':':
                if (_key >= 0)
                {
                    Begin(Capture.Value, wanted[_key].MaxBytes);
                }
                break;
            default:
                EndValue(chunk);
                break;
        }
        at++;
    }

    private void Begin(Capture capture, int maxBytes)
    {
        _capture = capture;
        _maxBytes = maxBytes;
        _tooLong = false;
        _captured.Clear();
    }

    private void Take(ReadOnlySpan<byte> chunk, int start, int length)
    {
        if (_capture == Capture.Nothing || _tooLong)
        {
            return;
        }
        _tooLong = _captured.Length + length > _maxBytes;
        if (_tooLong)
        {
            _captured.Clear();
            return;
        }
        _captured.Add(chunk, start, length);
    }

    private void EndKey(ReadOnlySpan<byte> chunk)
    {
        _expectKey = false;
        _capture = Capture.Nothing;
        _key = _tooLong ? -1 : Find(_captured.Read(chunk));
        _captured.Clear();
    }

    private void EndValue(ReadOnlySpan<byte> chunk)
    {
        if (_capture == Capture.Value)
        {
            if (_tooLong)
            {
                handler.OnTooLong(wanted[_key].Key);
            }
            else
            {
                handler.OnValue(wanted[_key].Key, _captured.Read(chunk));
            }
        }
        _capture = Capture.Nothing;
        _captured.Clear();
        _key = -1;
        _expectKey = true;
    }

    private int Find(ReadOnlySpan<byte> quoted)
    {
        try
        {
            // The reader knows the escapes: "us\u0061ge" is usage too.
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            for (var i = 0; i < wanted.Length; i++)
            {
                if (reader.ValueTextEquals(wanted[i].Key))
                {
                    return i;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not a JSON string, so no key that we know.
            return -1;
        }
        return -1;
    }
}
