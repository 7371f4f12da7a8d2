using ColorCode.Common;

namespace Latchkey.Desktop.Chat.Prose.Languages;

internal sealed class GoGrammar() : Grammar(
    "go",
    "Go",
    ["golang"],
    (@"//[^\r\n]*", ScopeName.Comment),
    (@"(?s)/\*.*?\*/", ScopeName.Comment),
    (@"`[^`]*`", ScopeName.String),
    (@"""(?:\\.|[^""\\\r\n])*""|'(?:\\.|[^'\\\r\n])+'", ScopeName.String),
    (@"\b(?:break|case|chan|const|continue|default|defer|else|fallthrough|for|func|go|goto|if|import|interface|map|package"
        + @"|range|return|select|struct|switch|type|var)\b", ScopeName.Keyword),
    (@"\b(?:any|bool|byte|comparable|complex64|complex128|error|float32|float64|int|int8|int16|int32|int64|rune|string|uint"
        + @"|uint8|uint16|uint32|uint64|uintptr)\b", ScopeName.Type),
    (@"\b(?:append|cap|clear|close|copy|delete|len|make|max|min|new|panic|print|println|recover)\b", ScopeName.BuiltinFunction),
    (@"\b(?:true|false|nil|iota)\b", ScopeName.BuiltinValue),
    (@"\b0[xXbBoO][\da-fA-F_]+\b|\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b", ScopeName.Number));
