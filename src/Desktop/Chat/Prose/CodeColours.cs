using System.Diagnostics;
using System.Text.RegularExpressions;
using ColorCode;
using ColorCode.Parsing;
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

    private static readonly TimeSpan LongestSearch = TimeSpan.FromMilliseconds(250);

    /// <summary>For all searches in one block: somebody waits for the page.</summary>
    private static readonly TimeSpan LongestPainting = TimeSpan.FromSeconds(1);

    private static readonly ILanguage[] Own =
    [
        new ShellGrammar(), new JsonGrammar(), new CssGrammar(), new GoGrammar(), new RustGrammar(), new YamlGrammar(), new DiffGrammar(),
    ];

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
            var html = new PatientFormatter().GetHtmlString(code, grammar);
            var begin = html.IndexOf("<pre>", StringComparison.Ordinal) + "<pre>".Length;
            var painted = html[begin..html.LastIndexOf("</pre>", StringComparison.Ordinal)].Trim('\r', '\n');
            // What was taken out has a colour that no other language needs.
            return grammar is DiffGrammar ? $"<span class=\"diff\">{painted}</span>" : painted;
        }
        catch (RegexMatchTimeoutException)
        {
            // A grammar that doesn't come to an end with this text.
            return null;
        }
    }

    /// <summary>
    /// No regular expression made after this is called searches longer than <see cref="LongestSearch"/>: some of the grammars backtrack
    /// without end on a text made for it, or by chance. To be called before the process uses any.
    /// </summary>
    public static void BoundSearches() => AppDomain.CurrentDomain.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", LongestSearch);

    private static ILanguage? GrammarOf(string? info)
    {
        var name = info?.Split([' ', ',', '{', ':'], 2)[0].ToLowerInvariant();
        return name switch
        {
            null or "" or "text" or "plaintext" or "txt" or "console" => null,
            // The library's own is slow, and Markdown reads well as it is.
            "markdown" or "md" => null,
            "jsx" or "mjs" or "cjs" or "node" => ColorCode.Languages.JavaScript,
            "tsx" or "mts" or "cts" => ColorCode.Languages.Typescript,
            "svg" or "xaml" or "csproj" or "xhtml" => ColorCode.Languages.Xml,
            "python3" or "pycon" => ColorCode.Languages.Python,
            "postgresql" or "mysql" or "sqlite" or "tsql" => ColorCode.Languages.Sql,
            "h" or "cc" or "hpp" or "objc" => ColorCode.Languages.Cpp,
            _ => Own.FirstOrDefault(language => language.Id == name || language.HasAlias(name)) ?? ColorCode.Languages.FindById(name),
        };
    }

    /// <summary>Loses its patience between two searches.</summary>
    private sealed class PatientFormatter() : HtmlClassFormatter(StyleDictionary.DefaultLight)
    {
        private readonly long _began = Stopwatch.GetTimestamp();

        protected override void Write(string parsedSourceCode, IList<Scope> scopes)
        {
            if (Stopwatch.GetElapsedTime(_began) > LongestPainting)
            {
                throw new RegexMatchTimeoutException();
            }

            base.Write(parsedSourceCode, scopes);
        }
    }
}
