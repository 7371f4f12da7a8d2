using System.Text.Json.Serialization;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Bookkeeping;

/// <summary>Sums over every call since the tally was cleared. Read it under no lock: it is a copy.</summary>
internal sealed record TallyTotals
{
    public long Calls { get; init; }

    public long Complete { get; init; }

    public long ClientLeft { get; init; }

    public long InFlight { get; init; }

    public long RequestBytes { get; init; }

    public long ResponseBytes { get; init; }

    public long Events { get; init; }

    public IReadOnlyDictionary<int, long> ByStatus { get; init; } = new Dictionary<int, long>();

    /// <summary>What the answers were worth, by the model that is charged.</summary>
    public IReadOnlyDictionary<string, TokenSums> Generated { get; init; } = new Dictionary<string, TokenSums>();

    /// <summary>What was put on the wire, by the model that is charged.</summary>
    public IReadOnlyDictionary<string, TokenSums> Delivered { get; init; } = new Dictionary<string, TokenSums>();
}

/// <summary>Sums of tokens, one per kind that has a price of its own.</summary>
internal sealed record TokenSums
{
    public long Messages { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    [JsonPropertyName("cache_creation_5m_tokens")]
    public long CacheCreation5mTokens { get; init; }

    [JsonPropertyName("cache_creation_1h_tokens")]
    public long CacheCreation1hTokens { get; init; }

    public long CacheReadTokens { get; init; }

    public long ThinkingTokens { get; init; }

    public long WebSearchRequests { get; init; }

    public TokenSums Plus(TokenSums other) => new()
    {
        Messages = Messages + other.Messages,
        InputTokens = InputTokens + other.InputTokens,
        OutputTokens = OutputTokens + other.OutputTokens,
        CacheCreation5mTokens = CacheCreation5mTokens + other.CacheCreation5mTokens,
        CacheCreation1hTokens = CacheCreation1hTokens + other.CacheCreation1hTokens,
        CacheReadTokens = CacheReadTokens + other.CacheReadTokens,
        ThinkingTokens = ThinkingTokens + other.ThinkingTokens,
        WebSearchRequests = WebSearchRequests + other.WebSearchRequests,
    };

    /// <summary>
    /// What one answer charges to which model. Compaction, advisor and fallback steps aren't in the top-level counts, so
    /// their presence makes the steps the bill; a message step that was declined before any output costs nothing.
    /// </summary>
    public static IEnumerable<(string Model, TokenSums Sums)> Charged(UsageFigures usage, string servingModel, string requestedModel)
    {
        var message = new TokenSums
        {
            Messages = 1,
            ThinkingTokens = usage.ThinkingTokens ?? 0,
            WebSearchRequests = usage.WebSearchRequests ?? 0,
        };
        if (usage.Iterations.All(static step => step.Type == UsageIteration.Message))
        {
            yield return (servingModel, message with
            {
                InputTokens = usage.InputTokens,
                OutputTokens = usage.OutputTokens,
                CacheCreation5mTokens = usage.CacheCreationInputTokens - Hourly(usage.Ephemeral1hInputTokens, usage.CacheCreationInputTokens),
                CacheCreation1hTokens = Hourly(usage.Ephemeral1hInputTokens, usage.CacheCreationInputTokens),
                CacheReadTokens = usage.CacheReadInputTokens,
            });
            yield break;
        }

        yield return (servingModel, message);
        var fellBack = usage.Iterations.Any(static step => step.Type == UsageIteration.FallbackMessage);
        foreach (var step in usage.Iterations)
        {
            if (fellBack && step is { Type: UsageIteration.Message, OutputTokens: 0 })
            {
                continue;
            }

            yield return (step.Model ?? requestedModel, new TokenSums
            {
                InputTokens = step.InputTokens,
                OutputTokens = step.OutputTokens,
                CacheCreation5mTokens = step.CacheCreationInputTokens - Hourly(step.Ephemeral1hInputTokens, step.CacheCreationInputTokens),
                CacheCreation1hTokens = Hourly(step.Ephemeral1hInputTokens, step.CacheCreationInputTokens),
                CacheReadTokens = step.CacheReadInputTokens,
            });
        }
    }

    // Everything written that isn't marked as an hour's is charged as five minutes'.
    private static long Hourly(long marked, long written) => Math.Min(marked, written);
}
