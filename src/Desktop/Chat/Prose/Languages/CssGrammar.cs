using ColorCode.Common;

namespace Latchkey.Desktop.Chat.Prose.Languages;

/// <summary>In the place of the library's own, which doesn't come to an end with a rule that is still being written.</summary>
internal sealed class CssGrammar() : Grammar(
    "css",
    "CSS",
    ["scss", "less"],
    (@"(?s)/\*.*?\*/", ScopeName.Comment),
    (@"""(?:\\.|[^""\\\r\n])*""|'(?:\\.|[^'\\\r\n])*'", ScopeName.String),
    (@"@[\w-]+", ScopeName.Keyword),
    (@"--?[A-Za-z][\w-]*(?=\s*:)|\b[a-z][a-z-]*(?=\s*:\s)", ScopeName.CssPropertyName),
    (@"(?m)^[^\S\r\n]*[.\#:\[*&]?[A-Za-z][^{};\r\n]*(?=[{,])", ScopeName.CssSelector),
    (@"\#[\da-fA-F]{3,8}\b|-?\b\d+(?:\.\d+)?(?:%|[a-z]+\b)?", ScopeName.Number));
