namespace Latchkey.Claude;

/// <summary>What must hold for the entries of a price book; each answer is null or the problem in words, with the model's name.</summary>
internal static class PriceRules
{
    private const int MaxNameLength = 128;

    public static string? VersionProblem(string version) =>
        IsName(version) ? null : $"version must be 1 to {MaxNameLength} letters, digits, dots, dashes or underscores";

    /// <summary>Also that no two models answer to one name.</summary>
    public static string? ModelsProblem(IReadOnlyList<PriceModel> models)
    {
        var owners = new Dictionary<string, PriceModel>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            if ((ModelProblem(model) ?? NamesProblem(model, owners)) is { } problem)
            {
                return problem;
            }
        }
        return null;
    }

    private static string? ModelProblem(PriceModel model)
    {
        if (!IsName(model.Id) || ModelId.Normalize(model.Id) != model.Id)
        {
            return $"{model.Id}: id must be lower case, without [1m] and date, of letters, digits, dots, dashes or underscores";
        }
        if (!IsName(model.Family) || model.Family.ContainsAnyExceptInRange('a', 'z'))
        {
            return $"{model.Id}: family must be one lower case word";
        }
        if (RatesProblem(model.Standard) is { } standard)
        {
            return $"{model.Id}: standard: {standard}";
        }
        if (model.Fast is { } rates && RatesProblem(rates) is { } fast)
        {
            return $"{model.Id}: fast: {fast}";
        }
        return TiersProblem(model);
    }

    private static string? TiersProblem(PriceModel model)
    {
        var (above, below) = (0L, model.Standard);
        foreach (var tier in model.LongPrompts)
        {
            if (tier.AbovePromptTokens <= above)
            {
                return $"{model.Id}: long_prompts: above_prompt_tokens must be above 0 and grow from tier to tier";
            }
            if (RatesProblem(tier.Rates) is { } problem)
            {
                return $"{model.Id}: long_prompts above {tier.AbovePromptTokens}: {problem}";
            }
            if (!tier.Rates.IsNowhereBelow(below))
            {
                return $"{model.Id}: long_prompts above {tier.AbovePromptTokens}: a longer prompt must not be cheaper";
            }
            (above, below) = (tier.AbovePromptTokens, tier.Rates);
        }
        return null;
    }

    private static string? RatesProblem(PriceRates rates)
    {
        foreach (var (name, rate) in new[]
        {
            ("input", rates.Input),
            ("output", rates.Output),
            ("cache_write_5m", rates.CacheWrite5m),
            ("cache_write_1h", rates.CacheWrite1h),
            ("cache_read", rates.CacheRead),
        })
        {
            if (rate is < 1 or > PriceRates.Maximum)
            {
                return $"{name} is {rate}; a rate must be 1 to {PriceRates.Maximum} nano-dollars a token";
            }
        }
        return string.IsNullOrWhiteSpace(rates.Source) ? "source must not be empty" : null;
    }

    private static string? NamesProblem(PriceModel model, Dictionary<string, PriceModel> owners)
    {
        if (!owners.TryAdd(model.Id, model))
        {
            return $"{model.Id}: the name belongs to {owners[model.Id].Id} already";
        }
        for (var i = 0; i < model.Aliases.Count; i++)
        {
            var alias = model.Aliases[i];
            if (!IsName(alias))
            {
                return $"{model.Id}: alias '{alias}' must be of letters, digits, dots, dashes or underscores";
            }
            for (var earlier = 0; earlier < i; earlier++)
            {
                if (model.Aliases[earlier].Equals(alias, StringComparison.OrdinalIgnoreCase))
                {
                    return $"{model.Id}: alias '{alias}' is listed twice";
                }
            }
            if (!owners.TryAdd(ModelId.Normalize(alias), model) && owners[ModelId.Normalize(alias)] != model)
            {
                return $"{model.Id}: alias '{alias}' belongs to {owners[ModelId.Normalize(alias)].Id} already";
            }
        }
        return null;
    }

    private static bool IsName(string? text)
    {
        if (text is not { Length: > 0 and <= MaxNameLength })
        {
            return false;
        }
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
            {
                return false;
            }
        }
        return true;
    }
}
