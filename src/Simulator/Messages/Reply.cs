using System.Text.Json;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Messages;

/// <summary>A whole answer of the model, before it is decided whether it is sent at once or streamed.</summary>
internal sealed record Reply
{
    public required string Id { get; init; }

    /// <summary>The model that message_start names: the one that began.</summary>
    public required string FirstModel { get; init; }

    /// <summary>The model that finished; another one after a fallback.</summary>
    public required string Model { get; init; }

    public required IReadOnlyList<ReplyBlock> Blocks { get; init; }

    public required string StopReason { get; init; }

    /// <summary>What message_start says: the prompt as it was, and a placeholder for the output.</summary>
    public required UsageFigures StartUsage { get; init; }

    /// <summary>The truth.</summary>
    public required UsageFigures Usage { get; init; }

    /// <summary>Fields that go on the wire as a test wrote them.</summary>
    public JsonElement? NamedUsage { get; init; }
}

/// <summary>One content block.</summary>
internal abstract record ReplyBlock
{
    private ReplyBlock()
    {
    }

    /// <param name="Value">The text.</param>
    /// <param name="Cited">Whether a citation of a search result comes with it.</param>
    public sealed record Text(string Value, bool Cited = false) : ReplyBlock;

    /// <param name="Value">The thoughts.</param>
    /// <param name="Omitted">They are charged but not sent.</param>
    /// <param name="WithEstimates">Each delta says how many tokens it is about, as a beta allows.</param>
    public sealed record Thinking(string Value, bool Omitted, bool WithEstimates) : ReplyBlock;

    /// <param name="Type"><c>tool_use</c> or <c>server_tool_use</c>.</param>
    /// <param name="Id">Refers a result to it.</param>
    /// <param name="Name">The tool.</param>
    /// <param name="Input">A JSON object.</param>
    public sealed record ToolUse(string Type, string Id, string Name, string Input) : ReplyBlock;

    /// <summary>What came back from a web search.</summary>
    public sealed record SearchResult(string ToolUseId) : ReplyBlock;

    /// <summary>What an advisor model said.</summary>
    public sealed record AdvisorResult(string ToolUseId, string Value) : ReplyBlock;

    /// <summary>Another model took over.</summary>
    public sealed record Fallback(string From, string To) : ReplyBlock;

    /// <summary>The conversation so far, in short.</summary>
    public sealed record Compaction(string Summary) : ReplyBlock;
}
