using ColorCode;

namespace Latchkey.Desktop.Chat.Prose.Languages;

/// <summary>A grammar of our own: rules of which the first that matches counts, without anything that can backtrack far.</summary>
internal abstract class Grammar(string id, string name, string[] aliases, params (string Regex, string Scope)[] rules) : ILanguage
{
    public string Id => id;

    public string Name => name;

    public string CssClassName => id;

    public string? FirstLinePattern => null;

    public IList<LanguageRule> Rules { get; } =
        [.. rules.Select(rule => new LanguageRule(rule.Regex, new Dictionary<int, string> { [0] = rule.Scope }))];

    public bool HasAlias(string lang) => Array.IndexOf(aliases, lang) >= 0;
}
