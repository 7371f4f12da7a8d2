namespace Latchkey.Claude;

/// <summary>What an answer has said about itself up to now; made by <see cref="IUsageReader.Complete"/>.</summary>
public sealed record UsageReading
{
    /// <summary>What was used; <see cref="Claude.Usage.None"/> unless <see cref="UsageSeen"/>.</summary>
    public Usage Usage { get; init; } = Usage.None;

    /// <summary>The model that answered, as written: after a fallback, the one that took over. Null if not said.</summary>
    public string? Model { get; init; }

    public string? MessageId { get; init; }

    /// <summary>As in the API; null while the answer runs.</summary>
    public string? StopReason { get; init; }

    /// <summary>Type of the first error that the answer carried; <see cref="ClaudeErrors.Unreadable"/> if an error came without a readable type.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The finer <c>details.error_code</c> of that error, if any.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The answer ended as it should: <c>message_stop</c> came, or the JSON document was closed.</summary>
    public bool Complete { get; init; }

    /// <summary>Stream only: <c>message_start</c> was read.</summary>
    public bool MessageStartSeen { get; init; }

    /// <summary>Stream only: at least one <c>message_delta</c> was read.</summary>
    public bool MessageDeltaSeen { get; init; }

    /// <summary>A usage object was read, so that the input counters are exact.</summary>
    public bool UsageSeen { get; init; }

    /// <summary>
    /// The output counter is the API's own total. False: it is the placeholder of <c>message_start</c> (1 to 4) and the truth must be
    /// estimated from <see cref="DeliveredContentBytes"/> and <see cref="EstimatedThinkingTokens"/>.
    /// </summary>
    public bool OutputIsFinal { get; init; }

    /// <summary>The model refused before any content came: reported, but not billed by the Claude API.</summary>
    public bool RefusedWithoutOutput { get; init; }

    /// <summary>
    /// Stream: sum over the <c>content_block_delta</c> events of their data's length less 80 bytes of wrapping, never below 0 an event;
    /// a quarter of it is a rough count of output tokens. JSON body: bytes of the body.
    /// </summary>
    public long DeliveredContentBytes { get; init; }

    /// <summary>Sum of <c>thinking_delta.estimated_tokens</c> (beta): a coarse hint for thinking whose text was left out.</summary>
    public long EstimatedThinkingTokens { get; init; }

    /// <summary>Answer of <c>count_tokens</c>: what a prompt would be. Not used, not billed; null in any other answer.</summary>
    public long? CountedInputTokens { get; init; }

    /// <summary>Events of the stream, the skipped ones too; 0 for a JSON body.</summary>
    public long Events { get; init; }

    /// <summary>Events or values that should have been read and could not: beyond their cap, not JSON, or counters out of range. Above 0, look at the upstream.</summary>
    public long Skipped { get; init; }
}
