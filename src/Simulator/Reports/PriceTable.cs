using System.Text.Json;
using Latchkey.Claude;

namespace Latchkey.Simulator.Reports;

/// <summary>One item of a line's cost; a null token type is a web search.</summary>
internal sealed record CostItem(string Name, string? TokenType, decimal NanoDollars);

/// <summary>
/// What the bill is priced by: the rates of <c>prices.json</c>, read and applied by code of the simulator's own, so that a mistake of the price
/// book doesn't agree with itself.
/// </summary>
internal static class PriceTable
{
    /// <summary>Whatever isn't listed costs what Claude Code takes for a model that it doesn't know.</summary>
    private const string Unlisted = "claude-opus-4-5";

    private static readonly JsonElement File = Load();
    private static readonly Dictionary<string, JsonElement> Models = ModelsByName();

    public static IEnumerable<CostItem> CostsOf(BilledLine line)
    {
        var model = Models.TryGetValue(Plain(line.Model), out var listed) ? listed : Models[Unlisted];
        var rates = RatesOf(model, line);
        var factor = 1m;
        if (line.Batch && !line.Fast)
        {
            factor *= Share(File.GetProperty("batch"));
        }

        if (line.InferenceGeo == File.GetProperty("data_residency").GetProperty("geo").GetString()
            && model.TryGetProperty("data_residency", out var abroad) && abroad.GetBoolean())
        {
            factor *= Share(File.GetProperty("data_residency"));
        }

        (string Name, string Type, long Tokens, string Rate)[] kinds =
        [
            ("Input Tokens", "uncached_input_tokens", line.Sums.InputTokens, "input"),
            ("Input Tokens, Cache Write 5m", "cache_creation.ephemeral_5m_input_tokens", line.Sums.CacheCreation5mTokens, "cache_write_5m"),
            ("Input Tokens, Cache Write 1h", "cache_creation.ephemeral_1h_input_tokens", line.Sums.CacheCreation1hTokens, "cache_write_1h"),
            ("Input Tokens, Cache Hit", "cache_read_input_tokens", line.Sums.CacheReadTokens, "cache_read"),
            ("Output Tokens", "output_tokens", line.Sums.OutputTokens, "output"),
        ];
        foreach (var (name, type, tokens, rate) in kinds)
        {
            if (tokens > 0)
            {
                yield return new CostItem(name, type, tokens * rates.GetProperty(rate).GetDecimal() * factor);
            }
        }

        if (line.Sums.WebSearchRequests > 0)
        {
            yield return new CostItem("Web Search", null, line.Sums.WebSearchRequests * File.GetProperty("web_search").GetProperty("request").GetDecimal());
        }
    }

    private static JsonElement RatesOf(JsonElement model, BilledLine line)
    {
        if (line.Fast && model.TryGetProperty("fast", out var fast))
        {
            return fast;
        }

        var rates = model.GetProperty("standard");
        if (model.TryGetProperty("long_prompts", out var tiers))
        {
            foreach (var tier in tiers.EnumerateArray())
            {
                rates = line.PromptTokens > tier.GetProperty("above_prompt_tokens").GetInt64() ? tier.GetProperty("rates") : rates;
            }
        }

        return rates;
    }

    private static decimal Share(JsonElement part) => part.GetProperty("basis_points").GetDecimal() / 10_000;

    /// <summary>Lower case, without <c>[1m]</c> and without a date.</summary>
    private static string Plain(string model)
    {
        var name = model.Trim().ToLowerInvariant().Replace("[1m]", "", StringComparison.Ordinal);
        var dash = name.LastIndexOf('-');
        return dash > 0 && name.Length - dash - 1 == 8 && name[(dash + 1)..].All(char.IsAsciiDigit) ? name[..dash] : name;
    }

    private static Dictionary<string, JsonElement> ModelsByName()
    {
        var models = new Dictionary<string, JsonElement>();
        foreach (var model in File.GetProperty("models").EnumerateArray())
        {
            models[model.GetProperty("id").GetString()!] = model;
            if (model.TryGetProperty("aliases", out var aliases))
            {
                foreach (var alias in aliases.EnumerateArray())
                {
                    models[Plain(alias.GetString()!)] = model;
                }
            }
        }

        return models;
    }

    private static JsonElement Load()
    {
        using var stream = typeof(ModelId).Assembly.GetManifestResourceStream("prices.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
