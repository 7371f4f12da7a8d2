using Latchkey.Claude;
using Latchkey.Simulator.Tokens;

namespace Latchkey.EndToEnd.Tests.Support;

/// <summary>Every kind of token and of billed tool call, as either side of the wire has counted it.</summary>
internal sealed record TokenKinds(
    long Input,
    long Output,
    long CacheWritten5m,
    long CacheWritten1h,
    long CacheRead,
    long Thinking,
    long WebSearches,
    long WebFetches)
{
    public static TokenKinds Of(Usage usage) => new(
        usage.InputTokens,
        usage.OutputTokens,
        usage.CacheCreation5mInputTokens,
        usage.CacheCreation1hInputTokens,
        usage.CacheReadInputTokens,
        usage.ThinkingTokens,
        usage.WebSearchRequests,
        usage.WebFetchRequests);

    public static TokenKinds Of(UsageFigures figures) => new(
        figures.InputTokens,
        figures.OutputTokens,
        figures.Ephemeral5mInputTokens,
        figures.Ephemeral1hInputTokens,
        figures.CacheReadInputTokens,
        figures.ThinkingTokens ?? 0,
        figures.WebSearchRequests ?? 0,
        figures.WebFetchRequests ?? 0);
}
