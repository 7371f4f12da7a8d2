using Latchkey.Simulator.Bookkeeping;

namespace Latchkey.Simulator.Reports;

/// <summary>What one message, or one of its steps, is billed for.</summary>
internal sealed record BilledLine
{
    /// <summary>A longer prompt counts in the second window.</summary>
    private const long ShortPrompt = 200_000;

    /// <summary>When the call came.</summary>
    public required DateTimeOffset At { get; init; }

    public required string ApiKeyId { get; init; }

    public required string Model { get; init; }

    public required TokenSums Sums { get; init; }

    public required string? ServiceTier { get; init; }

    public required string? InferenceGeo { get; init; }

    public required bool Fast { get; init; }

    public bool Batch => ServiceTier == "batch";

    public long PromptTokens => Sums.InputTokens + Sums.CacheCreation5mTokens + Sums.CacheCreation1hTokens + Sums.CacheReadTokens;

    public string ContextWindow => PromptTokens > ShortPrompt ? "200k-1M" : "0-200k";
}
