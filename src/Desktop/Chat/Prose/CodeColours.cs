using System.Text.RegularExpressions;
using ColorCode;
using ColorCode.Styling;
using Latchkey.Desktop.Chat.Prose.Languages;

namespace Latchkey.Desktop.Chat.Prose;

/// <summary>Colours code by ColorCode's grammars and some of our own. Its classes get their colours in <c>prose.css</c>.</summary>
internal static class CodeColours
{
    /// <summary>In UTF-16 units; a megabyte takes about a second.</summary>
    private const int Longest = 100_000;

    /// <summary>Code that still grows is painted with every frame.</summary>
    private const int LongestOpen = 10_000;

    private static readonly ILanguage[] Own = [new ShellGrammar(), new GoGrammar(), new RustGrammar(), new YamlGrammar(), new DiffGrammar()];

    /// <summary>The code as HTML; null when there is no grammar for it, or it is too long.</summary>
    public static string? Paint(string code, string? language, bool open)
    {
        if (code.Length > (open ? LongestOpen : Longest) || GrammarOf(language) is not { } grammar)
        {
            return null;
        }

        try
        {
            // The formatter keeps what it writes to: one for each use.
            var html = new HtmlClassFormatter(StyleDictionary.DefaultLight).GetHtmlString(code, grammar);
            var begin = html.IndexOf("<pre>", StringComparison.Ordinal) + "<pre>".Length;
            var painted = html[begin..html.LastIndexOf("</pre>", StringComparison.Ordinal)].Trim('\r', '\n');
            // What was taken out has a colour that no other language needs.
            return grammar is DiffGrammar ? $"<span class=\"diff\">{painted}</span>" : painted;
        }
        catch (RegexMatchTimeoutException)
        {
            // A grammar that doesn't come to an end with this text: see Program.
            return null;
        }
    }

    private static ILanguage? GrammarOf(string? info)
    {
        var name = info?.Split([' ', ',', '{', ':'], 2)[0].ToLowerInvariant();
        return name switch
        {
            null or "" or "text" or "plaintext" or "txt" or "console" => null,
            "jsx" or "mjs" or "cjs" or "node" => ColorCode.Languages.JavaScript,
            "tsx" or "mts" or "cts" => ColorCode.Languages.Typescript,
            "jsonc" or "json5" or "jsonl" => ColorCode.Languages.FindById("json"),
            "svg" or "xaml" or "csproj" or "xhtml" => ColorCode.Languages.Xml,
            "python3" or "pycon" => ColorCode.Languages.Python,
            "postgresql" or "mysql" or "sqlite" or "tsql" => ColorCode.Languages.Sql,
            "h" or "cc" or "hpp" or "objc" => ColorCode.Languages.Cpp,
            _ => Own.FirstOrDefault(language => language.Id == name || language.HasAlias(name)) ?? ColorCode.Languages.FindById(name),
        };
    }
}
