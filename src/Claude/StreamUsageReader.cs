using System.Text.Json;

namespace Latchkey.Claude;

/// <summary>
/// Reads the usage out of a streamed answer (server-sent events) while its bytes pass. The rules and their sources are in this folder's
/// README. Memory is bounded by the event cap; an ordinary delta costs no allocation and is not parsed.
/// </summary>
public sealed class StreamUsageReader : IUsageReader
{
    private readonly SseReader _events;
    private readonly Meter _meter = new();

    /// <param name="maxEventBytes">Cap of one event's data, in bytes, at least 1; larger events are counted as skipped.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cap is below 1.</exception>
    public StreamUsageReader(int maxEventBytes = SseReader.DefaultMaxEventBytes) => _events = new SseReader(_meter, maxEventBytes);

    private enum Kind
    {
        Other,
        MessageStart,
        MessageDelta,
        MessageStop,
        BlockStart,
        BlockDelta,
        BlockStop,
        Error,
    }

    /// <inheritdoc/>
    public bool IsComplete => _meter.Stopped;

    /// <inheritdoc/>
    public bool HasUsage => _meter.HasUsage;

    /// <inheritdoc/>
    public string? ErrorType => _meter.ErrorType;

    /// <summary>How many of the last bytes belong to an event that has only begun: 0 between two events. Costs nothing to ask.</summary>
    public long BytesSinceEvent => _events.BytesSinceEvent;

    /// <summary>
    /// Index of the text block that has begun and not ended, as of the last whole event; null while none is open, also while a block
    /// of another kind is. Costs nothing to ask.
    /// </summary>
    public int? OpenTextBlock => _meter.OpenTextBlock;

    /// <summary><see cref="UsageReading.DeliveredContentBytes"/> so far. Costs nothing to ask.</summary>
    public long DeliveredContentBytes => _meter.ContentBytes;

    /// <summary><see cref="UsageReading.EstimatedThinkingTokens"/> so far. Costs nothing to ask.</summary>
    public long EstimatedThinkingTokens => _meter.EstimatedThinking;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<byte> chunk) => _events.Append(chunk);

    /// <inheritdoc/>
    public UsageReading Complete() => _meter.ToReading();

    private sealed class Meter : ISseHandler
    {
        /// <summary>What a delta's JSON weighs around its text, by the official gateway's formula for cut streams.</summary>
        private const int DeltaWrapping = 80;

        private UsageTotals _totals;
        private string? _model;
        private string? _messageId;
        private string? _stopReason;
        private string? _errorType;
        private string? _errorCode;
        private bool _started;
        private bool _deltaSeen;
        private bool _stopped;
        private bool _contentSeen;
        private long _contentBytes;
        private long _estimatedThinking;
        private long _count;
        private long _skipped;
        private int? _openText;

        public bool Stopped => _stopped;

        public bool HasUsage => _totals.Seen;

        public string? ErrorType => _errorType;

        public int? OpenTextBlock => _openText;

        public long ContentBytes => _contentBytes;

        public long EstimatedThinking => _estimatedThinking;

        public void OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
        {
            _count++;
            try
            {
                Read(name.IsEmpty ? KindOfData(data) : KindOf(name), data);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // Broken JSON, or text that is none. What was read before stays as it was.
                _skipped++;
            }
        }

        public void OnSkipped(ReadOnlySpan<byte> name, long dataBytes)
        {
            _count++;
            _skipped++;
            switch (KindOf(name))
            {
                case Kind.BlockStart:
                    _contentSeen = true;
                    _openText = null;
                    break;
                case Kind.BlockDelta:
                    CountContent(dataBytes);
                    break;
                case Kind.BlockStop:
                    _openText = null;
                    break;
                case Kind.MessageStop:
                    _stopped = true;
                    break;
                case Kind.Error:
                    _errorType ??= ClaudeErrors.Unreadable;
                    break;
                default:
                    break;
            }
        }

        public UsageReading ToReading() => new()
        {
            Usage = _totals.ToUsage(),
            Model = _model,
            MessageId = _messageId,
            StopReason = _stopReason,
            ErrorType = _errorType,
            ErrorCode = _errorCode,
            Complete = _stopped,
            MessageStartSeen = _started,
            MessageDeltaSeen = _deltaSeen,
            UsageSeen = _totals.Seen,
            OutputIsFinal = _totals.OutputIsFinal,
            RefusedWithoutOutput = _stopReason == StopReasons.Refusal && !_contentSeen,
            DeliveredContentBytes = _contentBytes,
            EstimatedThinkingTokens = _estimatedThinking,
            Events = _count,
            Skipped = _skipped + _totals.Unreadable,
        };

        private static Kind KindOf(ReadOnlySpan<byte> name)
        {
            if (name.SequenceEqual("content_block_delta"u8))
            {
                return Kind.BlockDelta;
            }
            return name.Length switch
            {
                5 when name.SequenceEqual("error"u8) => Kind.Error,
                12 when name.SequenceEqual("message_stop"u8) => Kind.MessageStop,
                18 when name.SequenceEqual("content_block_stop"u8) => Kind.BlockStop,
                13 when name.SequenceEqual("message_start"u8) => Kind.MessageStart,
                13 when name.SequenceEqual("message_delta"u8) => Kind.MessageDelta,
                19 when name.SequenceEqual("content_block_start"u8) => Kind.BlockStart,
                _ => Kind.Other,
            };
        }

        /// <summary>Claude always names its events, but some upstreams in between lose the names; the bill must not depend on it.</summary>
        private static Kind KindOfData(ReadOnlySpan<byte> data)
        {
            var reader = new Utf8JsonReader(data);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Kind.Other;
            }
            while (reader.NextProperty())
            {
                if (reader.ValueTextEquals("type"u8))
                {
                    reader.Read();
                    return reader.TokenType == JsonTokenType.String ? KindOf(reader.ValueSpan) : Kind.Other;
                }
                reader.SkipValue();
            }
            return Kind.Other;
        }

        private void Read(Kind kind, ReadOnlySpan<byte> data)
        {
            switch (kind)
            {
                case Kind.BlockDelta:
                    CountContent(data.Length);
                    if (data.IndexOf("\"estimated_tokens\""u8) >= 0)
                    {
                        ReadThinkingEstimate(data);
                    }
                    break;
                case Kind.BlockStart:
                    _contentSeen = true;
                    ReadBlockStart(data);
                    if (data.IndexOf("\"fallback\""u8) >= 0)
                    {
                        ReadFallback(data);
                    }
                    break;
                case Kind.BlockStop:
                    // Blocks come one after another: only the open one can end.
                    _openText = null;
                    break;
                case Kind.MessageStart:
                    ReadMessageStart(data);
                    break;
                case Kind.MessageDelta:
                    ReadMessageDelta(data);
                    break;
                case Kind.MessageStop:
                    _stopped = true;
                    break;
                case Kind.Error:
                    ReadError(data);
                    break;
                default:
                    break;
            }
        }

        private void CountContent(long dataBytes)
        {
            _contentSeen = true;
            _contentBytes += Math.Max(0, dataBytes - DeltaWrapping);
        }

        private void ReadMessageStart(ReadOnlySpan<byte> data)
        {
            var reader = new Utf8JsonReader(data);
            var usage = new UsagePatch();
            string? model = null;
            string? id = null;
            reader.Read();
            while (reader.NextObject("message"u8))
            {
                while (reader.NextProperty())
                {
                    if (reader.ValueTextEquals("usage"u8))
                    {
                        reader.Read();
                        usage.Read(ref reader);
                    }
                    else if (reader.ValueTextEquals("model"u8))
                    {
                        model = reader.ReadText();
                    }
                    else if (reader.ValueTextEquals("id"u8))
                    {
                        id = reader.ReadText();
                    }
                    else
                    {
                        reader.SkipValue();
                    }
                }
            }
            _started = true;
            _model = model ?? _model;
            _messageId = id ?? _messageId;
            _totals.Merge(usage, outputIsTotal: false);
        }

        private void ReadMessageDelta(ReadOnlySpan<byte> data)
        {
            var reader = new Utf8JsonReader(data);
            var usage = new UsagePatch();
            string? stopReason = null;
            reader.Read();
            while (reader.NextProperty())
            {
                if (reader.ValueTextEquals("usage"u8))
                {
                    reader.Read();
                    usage.Read(ref reader);
                }
                else if (reader.ValueTextEquals("delta"u8))
                {
                    stopReason = ReadTextOf(ref reader, "stop_reason"u8);
                }
                else
                {
                    reader.SkipValue();
                }
            }
            _deltaSeen = true;
            _stopReason = stopReason ?? _stopReason;
            _totals.Merge(usage, outputIsTotal: true);
        }

        /// <summary>Stops at what it wants: a block may bring the whole result of a search with it.</summary>
        private void ReadBlockStart(ReadOnlySpan<byte> data)
        {
            _openText = null;
            var reader = new Utf8JsonReader(data);
            int? index = null;
            bool? isText = null;
            reader.Read();
            while ((index is null || isText is null) && reader.NextProperty())
            {
                if (reader.ValueTextEquals("index"u8))
                {
                    reader.Read();
                    index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null;
                    reader.Skip();
                }
                else if (!reader.ValueTextEquals("content_block"u8))
                {
                    reader.SkipValue();
                }
                else if (reader.EntersObject())
                {
                    while (reader.NextProperty())
                    {
                        if (!reader.ValueTextEquals("type"u8))
                        {
                            reader.SkipValue();
                            continue;
                        }

                        reader.Read();
                        isText = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("text"u8);
                        reader.Skip();
                        if (index is not null)
                        {
                            break;
                        }
                    }
                }
            }

            _openText = isText is true ? index : null;
        }

        private void ReadFallback(ReadOnlySpan<byte> data)
        {
            var reader = new Utf8JsonReader(data);
            string? type = null;
            string? model = null;
            reader.Read();
            while (reader.NextObject("content_block"u8))
            {
                while (reader.NextProperty())
                {
                    if (reader.ValueTextEquals("type"u8))
                    {
                        type = reader.ReadText();
                    }
                    else if (reader.ValueTextEquals("to"u8))
                    {
                        model = ReadTextOf(ref reader, "model"u8);
                    }
                    else
                    {
                        reader.SkipValue();
                    }
                }
            }
            if (type == "fallback")
            {
                _model = model ?? _model;
            }
        }

        private void ReadThinkingEstimate(ReadOnlySpan<byte> data)
        {
            var reader = new Utf8JsonReader(data);
            var isThinking = false;
            long? estimate = null;
            var unreadable = 0;
            reader.Read();
            while (reader.NextObject("delta"u8))
            {
                while (reader.NextProperty())
                {
                    if (reader.ValueTextEquals("type"u8))
                    {
                        reader.Read();
                        isThinking = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("thinking_delta"u8);
                        reader.Skip();
                    }
                    else if (reader.ValueTextEquals("estimated_tokens"u8))
                    {
                        estimate = reader.ReadCount(ref unreadable);
                    }
                    else
                    {
                        reader.SkipValue();
                    }
                }
            }
            if (isThinking)
            {
                _skipped += unreadable;
                _estimatedThinking = Math.Min(_estimatedThinking + (estimate ?? 0), long.MaxValue / 2);
            }
        }

        private void ReadError(ReadOnlySpan<byte> data)
        {
            if (_errorType is not null)
            {
                return;
            }
            ClaudeErrors.TryReadType(data, out var type, out _errorCode);
            _errorType = type ?? ClaudeErrors.Unreadable;
        }

        /// <summary>The text under a key of the object that is the value of the property whose name was read.</summary>
        private static string? ReadTextOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> key)
        {
            string? text = null;
            if (!reader.EntersObject())
            {
                return null;
            }
            while (reader.NextProperty())
            {
                if (reader.ValueTextEquals(key))
                {
                    text = reader.ReadText();
                }
                else
                {
                    reader.SkipValue();
                }
            }
            return text;
        }
    }
}
