using System.Text;
using Latchkey.Claude;

namespace Latchkey.Desktop.Chat.Models;

/// <summary>What can be said of models without asking anybody.</summary>
internal static class KnownModels
{
    /// <summary>What answers unless the person or the token says otherwise; the first one that is allowed.</summary>
    private static readonly string[] Preferred = ["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5"];

    /// <summary>The current models of the price list that comes with the app, and those that the token names in full.</summary>
    public static IReadOnlyList<ModelChoice> Allowed(IReadOnlyList<string>? allowed)
    {
        var current = PriceBook.Default.Models.Where(m => m.Status == "current").Select(m => m.Id).Where(id => Allows(allowed, id));
        var named = (allowed ?? []).Where(entry => !entry.EndsWith('*') && entry.StartsWith("claude-", StringComparison.OrdinalIgnoreCase));
        return
        [
            .. current.Union(named, StringComparer.OrdinalIgnoreCase)
                .Select(id => new ModelChoice(id, NameOf(id), ModelChoice.UsualLongestAnswer)),
        ];
    }

    /// <summary>Whether a token's list covers a model; a token that says nothing allows all of them.</summary>
    public static bool Allows(IReadOnlyList<string>? allowed, string model) =>
        allowed is null || allowed.Any(entry => ModelId.Matches(entry, model));

    /// <summary>The one to begin with.</summary>
    public static ModelChoice? Best(IReadOnlyList<ModelChoice> choices) =>
        Preferred.Select(id => Find(choices, id)).FirstOrDefault(c => c is not null) ?? (choices.Count > 0 ? choices[0] : null);

    /// <summary>By its id, or by the alias that its dated id has.</summary>
    public static ModelChoice? Find(IReadOnlyList<ModelChoice> choices, string? id) => id is null
        ? null
        : choices.FirstOrDefault(c => c.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
            ?? choices.FirstOrDefault(c => ModelId.Matches(id, c.Id));

    /// <summary>A name for people: <c>claude-sonnet-4-5-20250929</c> is "Claude Sonnet 4.5".</summary>
    public static string NameOf(string id)
    {
        var name = new StringBuilder();
        var number = false;
        foreach (var part in ModelId.Normalize(id).Split('-', StringSplitOptions.RemoveEmptyEntries))
        {
            var numberBefore = number;
            number = char.IsAsciiDigit(part[0]);
            name.Append(name.Length == 0 ? "" : number && numberBefore ? "." : " ");
            name.Append(char.ToUpperInvariant(part[0])).Append(part.AsSpan(1));
        }

        return name.ToString();
    }
}
