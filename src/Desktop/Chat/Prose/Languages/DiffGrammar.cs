using ColorCode.Common;

namespace Latchkey.Desktop.Chat.Prose.Languages;

internal sealed class DiffGrammar() : Grammar(
    "diff",
    "Diff",
    ["patch", "udiff"],
    (@"(?m)^(?:diff |index |--- |\+\+\+ )[^\r\n]*", ScopeName.Comment),
    (@"(?m)^@@[^\r\n]*", ScopeName.Keyword),
    (@"(?m)^\+[^\r\n]*", ScopeName.MarkdownCode),
    (@"(?m)^-[^\r\n]*", ScopeName.HtmlElementName));
