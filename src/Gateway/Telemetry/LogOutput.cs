using System.Buffers;
using System.Globalization;

namespace Latchkey.Gateway.Telemetry;

/// <summary>
/// Takes log lines and writes them beside the calls, a batch at a time: nobody waits for who reads them. What comes while a reader has taken
/// nothing for <see cref="Room"/> bytes is left out, and that is said.
/// </summary>
internal sealed class LogOutput : IDisposable
{
    /// <summary>Bytes that may wait.</summary>
    public const int Room = 8 * 1024 * 1024;

    /// <summary>How long lines gather: one call of the system serves many.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private const int LeftOutEvent = 8801;

    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly Thread _writing;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _some = new();
    private readonly ManualResetEventSlim _stop = new();
    private ArrayBufferWriter<byte> _waiting = new(64 * 1024);
    private ArrayBufferWriter<byte> _passing = new(64 * 1024);
    private long _leftOut;

    public LogOutput(Stream stream, TimeProvider time)
    {
        _stream = stream;
        _time = time;
        _writing = new Thread(Write) { IsBackground = true, Name = "Log" };
        _writing.Start();
    }

    /// <summary>Takes one line, its end included.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            if (_waiting.WrittenCount + line.Length > Room)
            {
                _leftOut++;
                return;
            }

            _waiting.Write(line);
        }

        if (!_some.IsSet)
        {
            _some.Set();
        }
    }

    /// <summary>Returns when what was added before is written.</summary>
    public void Dispose()
    {
        _stop.Set();
        _some.Set();
        _writing.Join();
        _some.Dispose();
        _stop.Dispose();
    }

    private void Write()
    {
        var stopping = false;
        while (!stopping)
        {
            _some.Wait();
            stopping = _stop.Wait(Gathering);
            _some.Reset();
            try
            {
                Pass();
            }
            catch (IOException)
            {
                // Whoever read the lines is gone. The gateway is not: the ledger has what counts.
            }
        }
    }

    private void Pass()
    {
        long leftOut;
        lock (_lock)
        {
            (_waiting, _passing) = (_passing, _waiting);
            (leftOut, _leftOut) = (_leftOut, 0);
        }

        try
        {
            _stream.Write(_passing.WrittenSpan);
            if (leftOut > 0)
            {
                var words = string.Create(CultureInfo.InvariantCulture, $"{leftOut} log lines were left out: nobody took them");
                _stream.Write(new JsonLine().Of(_time.GetUtcNow(), LogLevel.Warning, typeof(LogOutput).FullName!, LeftOutEvent, words, words, null));
            }

            _stream.Flush();
        }
        finally
        {
            _passing.ResetWrittenCount();
        }
    }
}
