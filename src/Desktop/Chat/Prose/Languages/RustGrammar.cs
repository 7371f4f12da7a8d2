using ColorCode.Common;

namespace Latchkey.Desktop.Chat.Prose.Languages;

internal sealed class RustGrammar() : Grammar(
    "rust",
    "Rust",
    ["rs"],
    (@"//[^\r\n]*", ScopeName.Comment),
    (@"(?s)/\*.*?\*/", ScopeName.Comment),
    (@"b?""(?:\\.|[^""\\])*""|b?'(?:\\.[^']{0,8}|[^'\\\r\n])'", ScopeName.String),
    (@"#!?\[[^\]\r\n]*\]", ScopeName.Attribute),
    (@"\b(?:as|async|await|break|const|continue|crate|dyn|else|enum|extern|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub"
        + @"|ref|return|self|Self|static|struct|super|trait|type|unsafe|use|where|while)\b", ScopeName.Keyword),
    (@"\b(?:bool|char|str|String|Vec|Option|Result|Box|Rc|Arc|i8|i16|i32|i64|i128|isize|u8|u16|u32|u64|u128|usize|f32"
        + @"|f64)\b", ScopeName.Type),
    (@"\b[a-z_]\w*!", ScopeName.BuiltinFunction),
    (@"\b(?:true|false|None|Some|Ok|Err)\b", ScopeName.BuiltinValue),
    (@"'[a-z_]\w*\b", ScopeName.TypeVariable),
    (@"\b0[xbo][\da-fA-F_]+\b|\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?(?:[iuf]\d+|[iu]size)?\b", ScopeName.Number));
