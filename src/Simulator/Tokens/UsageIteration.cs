using System.Text.Json;
using System.Text.Json.Serialization;

namespace Latchkey.Simulator.Tokens;

/// <summary>One sampling step behind an answer; compaction, advisor and fallback steps aren't in the top-level counts.</summary>
/// <param name="Type"><c>message</c>, <c>compaction</c>, <c>advisor_message</c> or <c>fallback_message</c>.</param>
/// <param name="Model">Present on advisor and fallback steps, and on a message step that another model ran.</param>
internal sealed record UsageIteration(string Type, string? Model)
{
    public const string Message = "message";
    public const string Compaction = "compaction";
    public const string AdvisorMessage = "advisor_message";
    public const string FallbackMessage = "fallback_message";

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public long CacheCreationInputTokens { get; init; }

    public long CacheReadInputTokens { get; init; }

    [JsonPropertyName("ephemeral_5m_input_tokens")]
    public long Ephemeral5mInputTokens { get; init; }

    [JsonPropertyName("ephemeral_1h_input_tokens")]
    public long Ephemeral1hInputTokens { get; init; }

    public static IReadOnlyList<UsageIteration> ReadAll(JsonElement list)
    {
        var read = new List<UsageIteration>();
        if (list.ValueKind != JsonValueKind.Array)
        {
            return read;
        }

        foreach (var entry in list.EnumerateArray())
        {
            var figures = new UsageFigures().With(entry);
            var type = entry.TryGetProperty("type", out var named) ? named.GetString() ?? Message : Message;
            var model = entry.TryGetProperty("model", out var own) ? own.GetString() : null;
            read.Add(Of(type, model, figures));
        }

        return read;
    }

    public static UsageIteration Of(string type, string? model, UsageFigures figures) => new(type, model)
    {
        InputTokens = figures.InputTokens,
        OutputTokens = figures.OutputTokens,
        CacheCreationInputTokens = figures.CacheCreationInputTokens,
        CacheReadInputTokens = figures.CacheReadInputTokens,
        Ephemeral5mInputTokens = figures.Ephemeral5mInputTokens,
        Ephemeral1hInputTokens = figures.Ephemeral1hInputTokens,
    };
}
