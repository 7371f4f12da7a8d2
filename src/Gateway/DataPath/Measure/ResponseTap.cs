using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Forward;

namespace Latchkey.Gateway.DataPath.Measure;

/// <summary>
/// Reads the usage of one answer while its bytes pass. It sees a copy: it can neither change, hold back nor break what
/// the client gets.
/// </summary>
internal sealed class ResponseTap(ILogger log, string requestId) : IAnswerTap, IDisposable
{
    private IUsageReader? _reader;
    private bool _isEventStream;
    private DecodingTap? _decoder;
    private bool _unreadable;
    private long _bytes;

    /// <inheritdoc/>
    public AnswerProgress Progress => _reader is null || _unreadable
        ? new AnswerProgress(_isEventStream, Complete: true, null)
        : new AnswerProgress(_isEventStream, _reader.IsComplete, _reader.ErrorType);

    /// <inheritdoc/>
    public AnswerCut? Cut => _reader is StreamUsageReader events && _decoder is null && !_unreadable
        ? new AnswerCut(events.BytesSinceEvent, events.OpenTextBlock)
        : null;

    /// <inheritdoc/>
    public void Attach(string? mediaType, string? coding)
    {
        switch (mediaType)
        {
            case "text/event-stream":
                _reader = new StreamUsageReader();
                _isEventStream = true;
                break;
            case "application/json":
                _reader = new JsonUsageReader();
                break;
            default:
                return;
        }

        if (coding is not (null or "" or "identity"))
        {
            _decoder = DecodingTap.For(coding, _reader.Read);
            _unreadable = _decoder is null;
        }
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        _bytes += bytes.Length;
        if (_reader is null || _unreadable)
        {
            return;
        }

        try
        {
            if (_decoder is null)
            {
                _reader.Read(bytes);
            }
            else
            {
                _decoder.Write(bytes);
            }
        }
        catch (Exception e)
        {
            // The client's bytes go on; the row says that they weren't read to the end.
            _unreadable = true;
            log.TapFailed(e, requestId);
        }
    }

    /// <summary>Whether figures were seen already.</summary>
    public bool HasUsage => _reader is { HasUsage: true };

    /// <summary>The output of a stream so far: bytes of its content, and tokens of thinking that it only tells of. Cheap enough for every piece.</summary>
    public (long ContentBytes, long ThinkingTokens) Delivered => _reader is StreamUsageReader events
        ? (events.DeliveredContentBytes, events.EstimatedThinkingTokens)
        : (0, 0);

    /// <summary>What was seen so far.</summary>
    public Measured Read() => new(_reader?.Complete(), _bytes, _unreadable);

    public void Dispose() => _decoder?.Dispose();
}
