using Latchkey.Desktop.Chat.Answers;

namespace Latchkey.Desktop.Chat.Conversations;

/// <summary>Something that was said.</summary>
public sealed record Message
{
    public required long Id { get; init; }

    public required long ConversationId { get; init; }

    public required Speaker Speaker { get; init; }

    public required string Text { get; init; }

    public required MessageState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The model that answered; null for what the person said.</summary>
    public string? Model { get; init; }

    /// <summary>Why Claude stopped, in Anthropic's words; null when it never said so.</summary>
    public string? StopReason { get; init; }

    /// <summary>Tokens of everything sent for this answer, cached ones included; null when nobody said.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Tokens of the answer; null when nobody said.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>What went wrong; null unless <see cref="State"/> is <see cref="MessageState.Failed"/>.</summary>
    public Trouble? Trouble { get; init; }
}

public enum Speaker
{
    Person,
    Claude,
}

/// <summary>How an answer ended. What the person says is always complete.</summary>
public enum MessageState
{
    Complete,

    /// <summary>It is being written.</summary>
    Writing,

    /// <summary>The person stopped it.</summary>
    Stopped,

    /// <summary>Something went wrong before its end.</summary>
    Failed,

    /// <summary>The app ended while it was being written.</summary>
    Interrupted,
}
