using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Forward.Breaker;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>How an exchange ended.</summary>
internal enum Ending
{
    /// <summary>It never reached the upstream, for a reason of our own.</summary>
    NotSent,

    /// <summary>The upstream's whole answer was relayed, whatever its status, or replaced by one of ours.</summary>
    Completed,

    /// <summary>The client left.</summary>
    ClientGone,

    /// <summary>The upstream couldn't be reached, or its answer broke off.</summary>
    UpstreamBroke,

    /// <summary>The upstream's answer took too long to begin or to go on.</summary>
    TimedOut,

    /// <summary>The stream carried an error event.</summary>
    ErrorEvent,

    /// <summary>The gateway ended the stream: the budget was used up on the way.</summary>
    CutByBudget,

    /// <summary>The gateway ended the call: its token was taken back on the way.</summary>
    CutByRevocation,

    /// <summary>The breaker was open.</summary>
    RefusedByBreaker,

    /// <summary>Every upstream key is resting.</summary>
    NoKey,

    /// <summary>The gateway's process died; known only from what it had written down by then.</summary>
    Crashed,
}

/// <summary>What became of the call upstream when the client left.</summary>
internal enum Abort
{
    /// <summary>It was ended: at once, or when reading on took too long or broke.</summary>
    Cancelled,

    /// <summary>It was read to the end of its answer.</summary>
    Drained,
}

/// <summary>What came of forwarding, told once for breaker, ledger and log.</summary>
internal sealed record Outcome(Ending Ending, Fault Fault)
{
    public static readonly Outcome NotSent = new(Ending.NotSent, Fault.Gateway);

    /// <summary>Status that the upstream sent; null when it sent none.</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>The upstream's <c>request-id</c>.</summary>
    public string? UpstreamRequestId { get; init; }

    /// <summary>Short hash of the key that was used last.</summary>
    public string? KeyFingerprint { get; init; }

    /// <summary>Timestamp of the answer's head on the monotonic clock; null when none came.</summary>
    public long? FirstByteTicks { get; init; }

    /// <summary>What became of the call when the client left; null when it didn't.</summary>
    public Abort? Abort { get; init; }

    /// <summary>What to answer instead of the upstream's answer; null once that was relayed.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The words that the gateway ended the answer with, before its end; null when it didn't.</summary>
    public Refusal? Cut { get; init; }

    /// <summary>The client has a part of an answer: the connection has to end so that it can't take it for the whole.</summary>
    public bool AnswerBroken { get; init; }
}
