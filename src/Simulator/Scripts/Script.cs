using System.Text.Json;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Scripts;

/// <summary>A conversation known in advance: what the model says in each turn.</summary>
internal sealed record Script
{
    public required IReadOnlyList<ScriptTurn> Turns { get; init; }

    /// <summary>Only conversations whose first user text contains this; null for all.</summary>
    public string? FirstUserTextContains { get; init; }

    /// <summary>Only this model; null for all.</summary>
    public string? Model { get; init; }

    /// <summary>Turns are taken one after the other per conversation; otherwise the assistant turns in the request are counted.</summary>
    public bool InOrder { get; init; }
}

internal sealed record ScriptTurn
{
    public required IReadOnlyList<ScriptBlock> Blocks { get; init; }

    /// <summary>Null: <c>tool_use</c> when the last block is one, <c>end_turn</c> otherwise.</summary>
    public string? StopReason { get; init; }

    /// <summary>How this turn travels; null for an ordinary answer.</summary>
    public Scenario? Scenario { get; init; }

    /// <summary>Usage fields to put on the wire verbatim.</summary>
    public JsonElement? Usage { get; init; }
}

internal abstract record ScriptBlock
{
    private ScriptBlock()
    {
    }

    public sealed record Text(string Value) : ScriptBlock;

    public sealed record Thinking(string Value) : ScriptBlock;

    /// <param name="Id">Null: generated.</param>
    /// <param name="Name">The tool.</param>
    /// <param name="Input">A JSON object, sent as it is written.</param>
    public sealed record ToolUse(string? Id, string Name, string Input) : ScriptBlock;
}
