using ColorCode.Common;

namespace Latchkey.Desktop.Chat.Prose.Languages;

internal sealed class ShellGrammar() : Grammar(
    "bash",
    "Shell",
    ["sh", "shell", "zsh", "ksh", "fish", "shellscript", "dockerfile", "makefile"],
    (@"(?m)(?:^|(?<=\s))\#[^\r\n]*", ScopeName.Comment),
    (@"'[^']*'", ScopeName.String),
    (@"""(?:\\.|[^""\\])*""", ScopeName.String),
    (@"\$(?:\w+|\{[^}\r\n]*\}|[@#?$!*-])", ScopeName.PowerShellVariable),
    (@"\b(?:if|then|elif|else|fi|for|in|do|done|while|until|case|esac|function|select|time|return|exit|export|local|readonly"
        + @"|declare|unset|set|source|alias|trap|FROM|RUN|COPY|ENV|WORKDIR|ENTRYPOINT|CMD)\b", ScopeName.Keyword),
    (@"\b(?:echo|printf|cd|test|read|eval|exec|shift|true|false|sudo|kill|wait)\b", ScopeName.BuiltinFunction),
    (@"(?<=\s)--?[A-Za-z][\w-]*", ScopeName.PowerShellParameter),
    (@"\b\d+\b", ScopeName.Number));
