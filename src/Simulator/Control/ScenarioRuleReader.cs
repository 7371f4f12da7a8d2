using System.Text.Json;
using Latchkey.Simulator.Scenarios;

namespace Latchkey.Simulator.Control;

/// <summary>Reads rules from JSON: one object, or an array of them.</summary>
internal static class ScenarioRuleReader
{
    /// <exception cref="DirectiveException">A rule can't be understood.</exception>
    public static List<ScenarioRule> ReadAll(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(Read)] : [Read(json)];

    private static ScenarioRule Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new DirectiveException("a rule is an object");
        }

        string? simulate = null, model = null, path = null;
        int? times = null;
        foreach (var field in json.EnumerateObject())
        {
            switch (field.Name)
            {
                case "simulate" when field.Value.ValueKind == JsonValueKind.String:
                    simulate = field.Value.GetString();
                    break;
                case "model" when field.Value.ValueKind == JsonValueKind.String:
                    model = field.Value.GetString();
                    break;
                case "path" when field.Value.ValueKind == JsonValueKind.String:
                    path = field.Value.GetString();
                    break;
                case "times" when field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out var number) && number > 0:
                    times = number;
                    break;
                default:
                    throw new DirectiveException($"a rule wants simulate, times (at least 1), model, path; `{field.Name}` isn't one or has a wrong value");
            }
        }

        return new ScenarioRule(ScenarioParser.Parse(simulate ?? throw new DirectiveException("a rule wants `simulate`")), times, model, path);
    }
}
