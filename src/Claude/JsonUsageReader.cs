using System.Text.Json;

namespace Latchkey.Claude;

/// <summary>
/// Reads the usage out of a JSON answer (a message, an error, a <c>count_tokens</c> result) while its bytes pass. The body may be many
/// megabytes: only the few values that matter are kept, each up to 64 KiB; a larger one counts as skipped.
/// </summary>
public sealed class JsonUsageReader : IUsageReader
{
    private const int MaxValueBytes = 64 * 1024;

    private static readonly (string Key, int MaxBytes)[] Wanted =
    [
        ("id", MaxValueBytes),
        ("type", MaxValueBytes),
        ("model", MaxValueBytes),
        ("usage", MaxValueBytes),
        ("stop_reason", MaxValueBytes),
        ("error", MaxValueBytes),
        ("input_tokens", MaxValueBytes),

        // Only whether there is any: an empty array fits.
        ("content", 64),
    ];

    private readonly Answer _answer = new();
    private readonly JsonTopLevelReader _document;
    private long _bytes;

    public JsonUsageReader() => _document = new JsonTopLevelReader(_answer, Wanted);

    /// <inheritdoc/>
    public bool IsComplete => _document.Closed;

    /// <inheritdoc/>
    public bool HasUsage => _answer.HasUsage;

    /// <inheritdoc/>
    public string? ErrorType => _answer.ErrorType;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<byte> chunk)
    {
        _bytes += chunk.Length;
        _document.Read(chunk);
    }

    /// <inheritdoc/>
    public UsageReading Complete() => _answer.ToReading(_document.Closed, _bytes);

    private sealed class Answer : IJsonValueHandler
    {
        private UsageTotals _totals;
        private string? _id;
        private string? _type;
        private string? _model;
        private string? _stopReason;
        private string? _errorType;
        private string? _errorCode;
        private bool _contentIsEmpty;
        private long? _counted;
        private long _skipped;

        public bool HasUsage => _totals.Seen;

        public string? ErrorType => _errorType;

        public void OnValue(string key, ReadOnlySpan<byte> json)
        {
            try
            {
                var reader = new Utf8JsonReader(json);
                reader.Read();
                ReadValue(key, ref reader);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                _skipped++;
            }
        }

        public void OnTooLong(string key)
        {
            if (key == "content")
            {
                _contentIsEmpty = false;
                return;
            }
            if (key == "error")
            {
                _errorType = ClaudeErrors.Unreadable;
            }
            _skipped++;
        }

        public UsageReading ToReading(bool closed, long bytes) => new()
        {
            Usage = _totals.ToUsage(),
            Model = _model,
            MessageId = _id,
            StopReason = _stopReason,
            ErrorType = _errorType ?? (_type == "error" ? ClaudeErrors.Unreadable : null),
            ErrorCode = _errorCode,
            Complete = closed,
            UsageSeen = _totals.Seen,
            OutputIsFinal = _totals.OutputIsFinal,
            RefusedWithoutOutput = _stopReason == StopReasons.Refusal && _contentIsEmpty,
            DeliveredContentBytes = bytes,
            CountedInputTokens = _counted,
            Skipped = _skipped + _totals.Unreadable,
        };

        private void ReadValue(string key, ref Utf8JsonReader reader)
        {
            switch (key)
            {
                case "id":
                    _id = reader.CurrentText();
                    break;
                case "type":
                    _type = reader.CurrentText();
                    break;
                case "model":
                    _model = reader.CurrentText();
                    break;
                case "stop_reason":
                    _stopReason = reader.CurrentText();
                    break;
                case "usage":
                    var usage = new UsagePatch();
                    usage.Read(ref reader);
                    _totals = default;
                    _totals.Merge(usage, outputIsTotal: true);
                    break;
                case "input_tokens":
                    var unreadable = 0;
                    _counted = reader.CurrentCount(ref unreadable);
                    _skipped += unreadable;
                    break;
                case "content":
                    _contentIsEmpty = reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.EndArray;
                    break;
                default:
                    ReadError(ref reader);
                    break;
            }
        }

        private void ReadError(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                return;
            }
            (var type, _errorCode) = ClaudeErrors.ReadErrorObject(ref reader);
            _errorType = type ?? ClaudeErrors.Unreadable;
        }
    }
}
