namespace Latchkey.Simulator.Scenarios;

/// <summary>Scenarios set from outside, for calls that say nothing themselves: the first rule that fits is used.</summary>
internal sealed class ScenarioBook
{
    private readonly Lock _gate = new();
    private List<ScenarioRule> _rules = [];

    /// <summary>Replaces every rule with this one.</summary>
    /// <param name="simulate">Directives, such as <c>status=529 retry-after=3</c>.</param>
    /// <param name="times">For how many calls; null for all.</param>
    /// <param name="model">Only for calls that ask for this model; null for any call.</param>
    /// <param name="path">Only for calls to this path, query aside; null for any.</param>
    /// <exception cref="DirectiveException">The directives can't be understood.</exception>
    public void Set(string simulate, int? times = null, string? model = null, string? path = null) =>
        Set([new ScenarioRule(ScenarioParser.Parse(simulate), times, model, path)]);

    /// <summary>Replaces every rule with these; each is used up before the next that fits the same calls.</summary>
    public void Set(IEnumerable<ScenarioRule> rules)
    {
        lock (_gate)
        {
            _rules = [.. rules];
        }
    }

    public void Clear() => Set([]);

    public Scenario? Take(string path, string? model)
    {
        lock (_gate)
        {
            for (var i = 0; i < _rules.Count; i++)
            {
                var rule = _rules[i];
                if (!rule.Fits(path, model))
                {
                    continue;
                }

                if (rule.Times is { } times)
                {
                    if (times > 1)
                    {
                        _rules[i] = rule with { Times = times - 1 };
                    }
                    else
                    {
                        _rules.RemoveAt(i);
                    }
                }

                return rule.Scenario;
            }

            return null;
        }
    }
}

/// <param name="Scenario">What happens.</param>
/// <param name="Times">For how many calls; null for all.</param>
/// <param name="Model">The requested model that it is for; null for any.</param>
/// <param name="Path">The path that it is for; null for any.</param>
internal sealed record ScenarioRule(Scenario Scenario, int? Times, string? Model, string? Path)
{
    public bool Fits(string path, string? model) => (Path is null || Path == path) && (Model is null || Model == model);
}
