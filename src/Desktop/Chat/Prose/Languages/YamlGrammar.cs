using ColorCode.Common;

namespace Latchkey.Desktop.Chat.Prose.Languages;

internal sealed class YamlGrammar() : Grammar(
    "yaml",
    "YAML",
    ["yml", "toml", "ini", "properties", "env"],
    (@"(?m)(?:^|(?<=\s))[#;][^\r\n]*", ScopeName.Comment),
    (@"""(?:\\.|[^""\\\r\n])*""|'[^'\r\n]*'", ScopeName.String),
    (@"(?m)^[ \t]*\[\[?[^\]\r\n]+\]\]?", ScopeName.ClassName),
    (@"(?m)(?<=^[ \t]*(?:-[ \t]+)*)[\w.$/-]+(?=[ \t]*[:=])", ScopeName.JsonKey),
    (@"(?<=[\s:=\[,])[&*!][\w!.-]+", ScopeName.Attribute),
    (@"\b(?:true|false|null|yes|no|on|off)\b", ScopeName.JsonConst),
    (@"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-])", ScopeName.JsonNumber));
