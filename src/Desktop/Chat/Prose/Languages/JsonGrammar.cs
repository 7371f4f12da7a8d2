using ColorCode.Common;

namespace Latchkey.Desktop.Chat.Prose.Languages;

/// <summary>In the place of the library's own, which doesn't come to an end with a string that is still being written.</summary>
internal sealed class JsonGrammar() : Grammar(
    "json",
    "JSON",
    ["jsonc", "json5", "jsonl", "ndjson"],
    (@"//[^\r\n]*", ScopeName.Comment),
    (@"""(?:\\.|[^""\\\r\n])*""(?=\s*:)", ScopeName.JsonKey),
    (@"""(?:\\.|[^""\\\r\n])*""", ScopeName.JsonString),
    (@"\b(?:true|false|null)\b", ScopeName.JsonConst),
    (@"-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b", ScopeName.JsonNumber));
