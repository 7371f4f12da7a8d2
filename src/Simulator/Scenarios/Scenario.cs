using System.Text.Json;

namespace Latchkey.Simulator.Scenarios;

/// <summary>How one call shall be answered, as its directives say. The default is an ordinary, prompt answer.</summary>
internal sealed record Scenario
{
    public static readonly Scenario Ordinary = new();

    /// <summary>The directives as they were written; empty when there were none.</summary>
    public string Source { get; init; } = "";

    // ── Answer instead of Claude ──

    /// <summary>An error status; null for a real answer.</summary>
    public int? Status { get; init; }

    /// <summary>The error page is a proxy's HTML, not Anthropic's JSON.</summary>
    public bool HtmlError { get; init; }

    public string? ErrorType { get; init; }

    public string? ErrorCode { get; init; }

    public string? Message { get; init; }

    /// <summary>Verbatim: seconds or an HTTP date.</summary>
    public string? RetryAfter { get; init; }

    public string? RetryAfterMs { get; init; }

    public string? ShouldRetry { get; init; }

    public int? Redirect { get; init; }

    public string Location { get; init; } = "/v1/elsewhere";

    // ── When ──

    public TimeSpan FirstByteDelay { get; init; }

    public TimeSpan EventDelay { get; init; }

    public Stall? Stall { get; init; }

    // ── How it breaks ──

    /// <summary>Ends the stream cleanly after so many events.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Resets the connection after so many events, or bytes of a plain body.</summary>
    public int? ResetAfter { get; init; }

    public bool ResetBeforeHeaders { get; init; }

    /// <summary>Ends a plain body cleanly after so many bytes; negative: after half of them.</summary>
    public int? TruncateAfter { get; init; }

    public MidStreamError? StreamError { get; init; }

    // ── How the bytes travel ──

    /// <summary><c>gzip</c>, <c>br</c> or <c>deflate</c>; null for none.</summary>
    public string? Encoding { get; init; }

    public Chunking? Chunking { get; init; }

    public bool NoRequestId { get; init; }

    public bool EchoSecrets { get; init; }

    // ── What it says ──

    public string? Text { get; init; }

    /// <summary>The blocks of the answer, in order; null for what the request suggests.</summary>
    public IReadOnlyList<ContentKind>? Content { get; init; }

    public string? StopReason { get; init; }

    /// <summary>The model that the answer names instead of the one asked for.</summary>
    public string? Model { get; init; }

    /// <summary>Text deltas.</summary>
    public int? Events { get; init; }

    public int? OutputTokens { get; init; }

    public int? ThinkingTokens { get; init; }

    /// <summary>Pings after the first event, on top of the usual one.</summary>
    public int Pings { get; init; }

    /// <summary>Size of one extra text delta whose data line is this many bytes long.</summary>
    public int HugeEventBytes { get; init; }

    public bool Garbage { get; init; }

    /// <summary>Fields that replace those of the usage, verbatim.</summary>
    public JsonElement? Usage { get; init; }

    public DeltaUsage DeltaUsage { get; init; }

    /// <summary>A wild answer from this seed; null for a tame one.</summary>
    public int? RandomSeed { get; init; }

    /// <summary>Seeds <c>random</c> and <c>chunking=random</c>.</summary>
    public int Seed { get; init; } = 1;
}

/// <param name="After">Events written before it.</param>
/// <param name="Duration">Null: until the client leaves.</param>
internal sealed record Stall(int After, TimeSpan? Duration);

/// <param name="Type">An error type such as <c>overloaded_error</c>.</param>
/// <param name="After">Events written before it.</param>
internal sealed record MidStreamError(string Type, int After);

/// <summary>How many bytes go into one write.</summary>
/// <param name="Size">Always so many; null: a random number each time.</param>
/// <param name="Seed">Of those random numbers.</param>
internal sealed record Chunking(int? Size, int Seed);

/// <summary>Which counters message_delta carries.</summary>
internal enum DeltaUsage
{
    Full,
    OutputOnly,
    Nulls,
}

/// <summary>A block that an answer can hold.</summary>
internal enum ContentKind
{
    Thinking,
    Text,
    Citations,
    ToolUse,
    WebSearch,
    Fallback,
    Compaction,
    Advisor,
}
