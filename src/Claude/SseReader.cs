namespace Latchkey.Claude;

/// <summary>
/// Splits a server-sent event stream (WHATWG HTML, section 9.2) while its bytes pass: push in chunks of any size, get whole events.
/// Never throws on any input (what the handler throws passes through). Memory is bounded by the cap whatever comes: an event beyond it
/// is skipped to its end and reported, comments and unknown fields are never kept, so a line without end costs nothing.
/// Data that lies inside one chunk reaches the handler without a copy. Not safe for concurrent use.
/// </summary>
/// <remarks>As the standard says, an event counts when its blank line has come: what follows the last blank line of a cut stream is not an event.</remarks>
public sealed class SseReader
{
    /// <summary>Default cap of one event's data, in bytes: 1 MiB.</summary>
    public const int DefaultMaxEventBytes = 1024 * 1024;

    /// <summary>The longest name kept, in bytes. Claude's longest is 19.</summary>
    private const int MaxNameBytes = 256;

    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private readonly ISseHandler _handler;
    private readonly int _maxEventBytes;
    private readonly byte[] _fieldName = new byte[6];
    private PendingBytes _name;
    private PendingBytes _data;
    private State _state = State.Bom;
    private int _matched;
    private bool _nameTooLong;
    private bool _sawData;
    private long _dataBytes;

    /// <summary>Where the last event ended, counted from the chunk at hand: negative for one before.</summary>
    private long _boundary;

    /// <param name="handler">Gets the events, on the thread that appends.</param>
    /// <param name="maxEventBytes">Cap of one event's data, in bytes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cap is below 1.</exception>
    public SseReader(ISseHandler handler, int maxEventBytes = DefaultMaxEventBytes)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEventBytes, 1);
        _handler = handler;
        _maxEventBytes = maxEventBytes;
    }

    private enum State : byte
    {
        /// <summary>Inside a possible byte order mark at the stream's start.</summary>
        Bom,

        /// <summary>At the first byte of a line.</summary>
        LineStart,

        /// <summary>At the first byte of a line, after CR: an LF here belongs to the line before.</summary>
        LineStartAfterCr,

        /// <summary>Inside the field's name, up to the colon.</summary>
        Field,

        /// <summary>After "event:", where one space is dropped.</summary>
        NameStart,

        /// <summary>After "data:", where one space is dropped.</summary>
        DataStart,
        Name,
        Data,

        /// <summary>The rest of this line says nothing to us.</summary>
        Ignored,
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>How many of the last bytes belong to an event that has only begun: 0 between two events.</summary>
    public long BytesSinceEvent => -_boundary;

    /// <summary>Reads the next bytes of the stream; calls the handler for each event that they complete.</summary>
    public void Append(ReadOnlySpan<byte> chunk)
    {
        var at = 0;
        while (at < chunk.Length)
        {
            switch (_state)
            {
                case State.Bom:
                    ReadBom(chunk, ref at);
                    break;
                case State.LineStartAfterCr:
                    _state = State.LineStart;
                    if (chunk[at] == Lf)
                    {
                        // Also of a blank line that its CR has ended already.
                        _boundary += _boundary == at ? 1 : 0;
                        at++;
                    }
                    break;
                case State.LineStart:
                    ReadLineStart(chunk, ref at);
                    break;
                case State.Field:
                    ReadField(chunk, ref at);
                    break;
                case State.NameStart:
                case State.DataStart:
                    _state = _state == State.NameStart ? State.Name : State.Data;
                    if (chunk[at] == (byte)' ')
                    {
                        at++;
                    }
                    break;
                default:
                    ReadValue(chunk, ref at);
                    break;
            }
        }

        // The chunk's memory is the caller's again: keep what the unfinished event still needs.
        _name.Keep(chunk);
        _data.Keep(chunk);
        _boundary -= chunk.Length;
    }

    private void ReadBom(ReadOnlySpan<byte> chunk, ref int at)
    {
        if (chunk[at] == ByteOrderMark[_matched])
        {
            at++;
            if (++_matched == ByteOrderMark.Length)
            {
                _state = State.LineStart;
            }
        }
        else
        {
            // A half mark is the start of a field's name that nobody knows.
            _state = _matched == 0 ? State.LineStart : State.Ignored;
        }
    }

    private void ReadLineStart(ReadOnlySpan<byte> chunk, ref int at)
    {
        // The common case by far: the whole field name lies in this chunk.
        var rest = chunk[at..];
        if (rest.StartsWith("data:"u8))
        {
            at += 5;
            BeginData(chunk);
            return;
        }
        switch (rest[0])
        {
            case Lf:
                _boundary = ++at;
                EndEvent(chunk);
                break;
            case Cr:
                _boundary = ++at;
                EndEvent(chunk);
                _state = State.LineStartAfterCr;
                break;
            default:
                _matched = 0;
                _state = State.Field;
                break;
        }
    }

    private void ReadField(ReadOnlySpan<byte> chunk, ref int at)
    {
        while (at < chunk.Length)
        {
            var next = chunk[at];
            if (next is (byte)':' or Lf or Cr)
            {
                EndField(chunk, next == (byte)':');
                if (next == (byte)':')
                {
                    at++;
                }
                return;
            }
            if (_matched == _fieldName.Length)
            {
                _state = State.Ignored;
                return;
            }
            _fieldName[_matched++] = next;
            at++;
        }
    }

    /// <summary>The field's name is complete. A line without a colon is a field with an empty value.</summary>
    private void EndField(ReadOnlySpan<byte> chunk, bool colon)
    {
        var field = _fieldName.AsSpan(0, _matched);
        if (field.SequenceEqual("data"u8))
        {
            BeginData(chunk);
            _state = colon ? State.DataStart : State.Data;
        }
        else if (field.SequenceEqual("event"u8))
        {
            _name.Clear();
            _nameTooLong = false;
            _state = colon ? State.NameStart : State.Name;
        }
        else
        {
            _state = State.Ignored;
        }
    }

    private void BeginData(ReadOnlySpan<byte> chunk)
    {
        if (_sawData && FitsData(1))
        {
            _data.Add(chunk, Lf);
        }
        _sawData = true;
        _state = State.DataStart;
    }

    private void ReadValue(ReadOnlySpan<byte> chunk, ref int at)
    {
        var rest = chunk[at..];
        var end = rest.IndexOfAny(Cr, Lf);
        var length = end < 0 ? rest.Length : end;
        if (_state == State.Data && FitsData(length))
        {
            _data.Add(chunk, at, length);
        }
        else if (_state == State.Name && FitsName(length))
        {
            _name.Add(chunk, at, length);
        }
        at += length;
        if (end >= 0)
        {
            _state = chunk[at] == Cr ? State.LineStartAfterCr : State.LineStart;
            at++;
        }
    }

    private bool FitsName(int more)
    {
        _nameTooLong |= _name.Length + more > MaxNameBytes;
        if (_nameTooLong)
        {
            _name.Clear();
        }
        return !_nameTooLong;
    }

    private bool FitsData(int more)
    {
        _dataBytes += more;
        if (_dataBytes > _maxEventBytes)
        {
            _data.Clear();
            return false;
        }
        return true;
    }

    private void EndEvent(ReadOnlySpan<byte> chunk)
    {
        _state = State.LineStart;
        var sawData = _sawData;
        var dataBytes = _dataBytes;
        var tooLong = _nameTooLong || dataBytes > _maxEventBytes;
        _sawData = false;
        _nameTooLong = false;
        _dataBytes = 0;
        try
        {
            if (!sawData)
            {
                return;
            }
            if (tooLong)
            {
                _handler.OnSkipped(_name.Read(chunk), dataBytes);
            }
            else
            {
                _handler.OnEvent(_name.Read(chunk), _data.Read(chunk));
            }
        }
        finally
        {
            _name.Clear();
            _data.Clear();
        }
    }
}
