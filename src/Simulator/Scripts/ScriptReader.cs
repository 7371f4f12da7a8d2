using System.Text.Json;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Scripts;

/// <summary>Reads a script from its JSON form; see the README. Whatever it doesn't know is an error.</summary>
internal static class ScriptReader
{
    /// <exception cref="DirectiveException">The script can't be understood.</exception>
    public static Script Read(JsonElement json)
    {
        Expect(json, "a script", "turns", "match", "by");
        if (!json.TryGetProperty("turns", out var turns) || turns.ValueKind != JsonValueKind.Array || turns.GetArrayLength() == 0)
        {
            throw new DirectiveException("a script wants `turns`, an array of at least one");
        }

        var match = json.TryGetProperty("match", out var given) ? given : default;
        if (match.ValueKind != JsonValueKind.Undefined)
        {
            Expect(match, "`match`", "first_user_text_contains", "model");
        }

        return new Script
        {
            Turns = [.. turns.EnumerateArray().Select(ReadTurn)],
            FirstUserTextContains = TextOf(match, "first_user_text_contains"),
            Model = TextOf(match, "model"),
            InOrder = TextOf(json, "by") switch
            {
                null or "assistant-turns" => false,
                "order" => true,
                _ => throw new DirectiveException("`by` is assistant-turns or order"),
            },
        };
    }

    private static ScriptTurn ReadTurn(JsonElement json)
    {
        Expect(json, "a turn", "content", "stop_reason", "simulate", "usage");
        if (!json.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            throw new DirectiveException("a turn wants `content`, an array of blocks");
        }

        return new ScriptTurn
        {
            Blocks = [.. content.EnumerateArray().Select(ReadBlock)],
            StopReason = TextOf(json, "stop_reason"),
            Scenario = TextOf(json, "simulate") is { } directives ? ScenarioParser.Parse(directives) : null,
            Usage = json.TryGetProperty("usage", out var usage) ? usage.Clone() : null,
        };
    }

    private static ScriptBlock ReadBlock(JsonElement json)
    {
        Expect(json, "a block", "type", "text", "thinking", "id", "name", "input");
        return TextOf(json, "type") switch
        {
            "text" => new ScriptBlock.Text(TextOf(json, "text") ?? throw new DirectiveException("a text block wants `text`")),
            "thinking" => new ScriptBlock.Thinking(TextOf(json, "thinking") ?? throw new DirectiveException("a thinking block wants `thinking`")),
            "tool_use" => new ScriptBlock.ToolUse(
                TextOf(json, "id"),
                TextOf(json, "name") ?? throw new DirectiveException("a tool_use block wants `name`"),
                json.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Object
                    ? input.GetRawText()
                    : throw new DirectiveException("a tool_use block wants `input`, an object")),
            _ => throw new DirectiveException("a block's `type` is text, thinking or tool_use"),
        };
    }

    private static void Expect(JsonElement json, string what, params ReadOnlySpan<string> known)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new DirectiveException($"{what} is an object");
        }

        foreach (var field in json.EnumerateObject())
        {
            if (!known.Contains(field.Name))
            {
                throw new DirectiveException($"{what} has no field `{field.Name}`");
            }
        }
    }

    private static string? TextOf(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw new DirectiveException($"`{name}` is a text")
            : null;
}
