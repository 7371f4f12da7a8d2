using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>One row of the ledger: what one admitted exchange used, how it ended and who was at fault.</summary>
internal sealed record UsageEntry
{
    /// <summary>The kind of the row that an exchange's end writes; every exchange has exactly one.</summary>
    public const string Settled = "settled";

    /// <summary>The gateway's id of the exchange: in the logs, in the client's <c>x-latchkey-request-id</c>, and here.</summary>
    public required string RequestId { get; init; }

    /// <summary><see cref="Settled"/>, or what corrects that row later; an exchange has one row of each kind.</summary>
    public string Kind { get; init; } = Settled;

    /// <summary>Anthropic's id of the exchange (<c>request-id</c>), when it answered.</summary>
    public string? UpstreamRequestId { get; init; }

    public required string DeviceId { get; init; }

    public string? UserId { get; init; }

    public string? OrgId { get; init; }

    /// <summary>Session of the wrapper token.</summary>
    public required string SessionId { get; init; }

    /// <summary>Claude Code's own session (<c>x-claude-code-session-id</c>): what the client says, not an identity.</summary>
    public string? ClientSessionId { get; init; }

    /// <summary>Claude Code's sub-agent (<c>x-claude-code-agent-id</c>).</summary>
    public string? ClientAgentId { get; init; }

    /// <summary>The sub-agent's parent (<c>x-claude-code-parent-agent-id</c>).</summary>
    public string? ClientParentAgentId { get; init; }

    /// <summary>Name of the route, such as <c>messages</c>.</summary>
    public required string Route { get; init; }

    public required bool Stream { get; init; }

    /// <summary>What reports and budgets count it under: the price book's id of the model that answered or, when none did, was asked for.</summary>
    public required string Model { get; init; }

    public string? ModelAsked { get; init; }

    public string? ModelAnswered { get; init; }

    public required Usage Usage { get; init; }

    /// <summary>How sure the figures are.</summary>
    public required UsageQuality Quality { get; init; }

    /// <summary>Why the figures are an estimate: the ending that cut them short, or <c>unreadable</c>; null unless they are one.</summary>
    public string? QualityReason { get; init; }

    /// <summary>What it costs by the price book: nano-dollars (10⁻⁹ US dollars).</summary>
    public required long CostNanoDollars { get; init; }

    /// <summary>Version and content hash of the price book that the cost comes from.</summary>
    public required string PriceVersion { get; init; }

    /// <summary>The book doesn't know the model: the cost is at the dearest rate of its family.</summary>
    public bool Unpriced { get; init; }

    /// <summary>HTTP status that the client got; 499 when it left before there was one.</summary>
    public required int Status { get; init; }

    /// <summary>HTTP status of the upstream, when it answered.</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>How the exchange ended, such as <c>completed</c> or <c>client_gone</c>.</summary>
    public required string Ending { get; init; }

    /// <summary>What became of the call upstream when the client left: <c>cancelled</c> or <c>drained</c>; null when it didn't leave.</summary>
    public string? Abort { get; init; }

    /// <summary>Who was at fault: <c>none</c>, <c>client</c>, <c>gateway</c> or <c>upstream</c>.</summary>
    public required string Fault { get; init; }

    /// <summary>Anthropic's error type, when the answer was an error or the stream had one.</summary>
    public string? ErrorType { get; init; }

    public string? StopReason { get; init; }

    /// <summary>Short hash of the upstream key that paid.</summary>
    public string? KeyFingerprint { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>From the request's head to the first byte of the answer.</summary>
    public TimeSpan? FirstByteAfter { get; init; }

    /// <summary>From the request's head to the end of the answer.</summary>
    public required TimeSpan Latency { get; init; }

    public required long RequestBytes { get; init; }

    public required long ResponseBytes { get; init; }
}
