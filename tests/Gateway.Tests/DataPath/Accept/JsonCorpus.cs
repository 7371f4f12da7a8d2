using System.Text;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

/// <summary>
/// Small JSON texts with a name and a verdict: y_ every parser takes, n_ no parser may take, i_ each parser decides for itself. Values are
/// tried in three places: as a field we don't know, deep in a list, and where we only pass over.
/// </summary>
internal static class JsonCorpus
{
    private static readonly (string Name, string Json)[] Values =
    [
        ("y_null", "null"), ("y_true", "true"), ("y_false", "false"),
        ("y_zero", "0"), ("y_minus_zero", "-0"), ("y_integer", "123"), ("y_minus_integer", "-123"), ("y_fraction", "0.5"),
        ("y_minus_fraction", "-1.25"), ("y_exponent", "1e5"), ("y_exponent_upper", "1E5"), ("y_exponent_plus", "1e+5"),
        ("y_exponent_minus", "1e-5"), ("y_exponent_leading_zeros", "1e005"), ("y_fraction_exponent", "1.5e10"), ("y_many_digits", "0.1234567890123456789"),
        ("y_string_empty", "\"\""), ("y_string", "\"abc\""), ("y_string_escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
        ("y_string_unicode_escape", "\"\\u00e9\""), ("y_string_unicode_escape_upper", "\"\\u00E9\""), ("y_string_nul_escape", "\"\\u0000\""),
        ("y_string_pair", "\"\\ud83d\\ude00\""), ("y_string_utf8", "\"é€😀\""), ("y_string_del", "\"\u007f\""), ("y_string_c1", "\"\u0085\""),
        ("y_string_line_separators", "\"\u2028\u2029\""), ("y_string_noncharacter", "\"\uFFFF\""), ("y_string_escaped_noncharacter", "\"\\uFFFE\""),
        ("y_string_bom_inside", "\"\uFEFF\""), ("y_string_comment_like", "\"/* // # */\""), ("y_string_brackets", "\"[{]}\""),
        ("y_string_backslash_then_quote", "\"\\\\\\\"\""), ("y_string_two_escapes", "\"\\u0061\\u30AF\""), ("y_string_long", "\"" + new string('s', 3000) + "\""),
        ("y_array_empty", "[]"), ("y_array_space", "[ \t\r\n]"), ("y_array", "[1,\"a\",null,[2],{}]"), ("y_array_of_arrays", "[[],[[]]]"),
        ("y_object_empty", "{}"), ("y_object_space", "{ }"), ("y_object_empty_key", "{\"\":0}"), ("y_object_nul_key", "{\"\\u0000\":0}"),
        ("y_object_nested", "{\"a\":{\"b\":{\"c\":1}}}"), ("y_object_duplicate", "{\"a\":1,\"a\":2}"), ("y_object_duplicate_equal", "{\"a\":1,\"a\":1}"),
        ("y_object_space_everywhere", "{ \"a\" : [ 1 , 2 ] , \"b\" : null }"), ("y_object_utf8_key", "{\"ключ\":1}"), ("y_object_long_key", "{\"" + new string('k', 3000) + "\":1}"),

        ("n_bare_word", "nothing"), ("n_true_short", "tru"), ("n_true_upper", "True"), ("n_true_long", "truex"), ("n_null_upper", "NULL"), ("n_false_short", "fals"),
        ("n_undefined", "undefined"), ("n_nan", "NaN"), ("n_minus_nan", "-NaN"), ("n_infinity", "Infinity"), ("n_minus_infinity", "-Infinity"), ("n_inf", "inf"),
        ("n_plus", "+1"), ("n_plus_plus", "++1"), ("n_minus_alone", "-"), ("n_minus_minus", "--1"), ("n_minus_space", "- 1"), ("n_leading_zero", "012"),
        ("n_minus_leading_zero", "-012"), ("n_double_zero", "00"), ("n_point_first", ".5"), ("n_minus_point", "-.5"), ("n_point_last", "1."), ("n_two_points", "1.2.3"),
        ("n_point_exponent", "1.e5"), ("n_exponent_empty", "1e"), ("n_exponent_plus_empty", "1e+"), ("n_exponent_twice", "1e5e5"), ("n_exponent_fraction", "1e5.5"),
        ("n_hex", "0x1F"), ("n_octal", "0o17"), ("n_binary", "0b11"), ("n_separator", "1_000"), ("n_thousands", "1 000"), ("n_letters", "1a"), ("n_suffix", "1L"),
        ("n_fullwidth_digit", "１"), ("n_arabic_digit", "١"), ("n_minus_sign", "−1"),
        ("n_string_single_quotes", "'a'"), ("n_string_backticks", "`a`"), ("n_string_curly_quotes", "“a”"), ("n_string_open", "\"a"), ("n_string_close", "a\""),
        ("n_string_alone", "\""), ("n_string_escape_x", "\"\\x41\""), ("n_string_escape_zero", "\"\\0\""), ("n_string_escape_a", "\"\\a\""), ("n_string_escape_v", "\"\\v\""),
        ("n_string_escape_quote", "\"\\'\""), ("n_string_escape_upper_u", "\"\\U0041\""), ("n_string_escape_space", "\"\\ \""), ("n_string_escape_newline", "\"\\\n\""),
        ("n_string_escape_utf8", "\"\\é\""), ("n_string_escape_short", "\"\\u12\""), ("n_string_escape_not_hex", "\"\\u00G0\""), ("n_string_escape_braces", "\"\\u{41}\""),
        ("n_string_escape_minus", "\"\\u-041\""), ("n_string_escape_cut", "\"\\"), ("n_string_escape_open", "\"\\u"), ("n_string_pair_cut", "\"\\ud83d\\u\""), ("n_string_pair_not_hex", "\"\\ud83d\\ude0x\""),
        ("n_string_newline", "\"\n\""), ("n_string_return", "\"\r\""), ("n_string_tab", "\"\t\""), ("n_string_nul", "\"\0\""), ("n_string_escape_character", "\"\u001b\""), ("n_string_unit_separator", "\"\u001f\""),
        ("n_array_open", "["), ("n_array_close", "]"), ("n_array_open_value", "[1"), ("n_array_trailing_comma", "[1,]"), ("n_array_leading_comma", "[,1]"), ("n_array_two_commas", "[1,,2]"),
        ("n_array_comma", "[,]"), ("n_array_no_comma", "[1 2]"), ("n_array_colon", "[1:2]"), ("n_array_wrong_end", "[1}"), ("n_array_extra_end", "[1]]"), ("n_array_semicolon", "[1;2]"),
        ("n_array_spread", "[...[1]]"), ("n_array_open_string", "[\"a]"), ("n_parentheses", "(1)"), ("n_angle", "<1>"),
        ("n_object_open", "{"), ("n_object_close", "}"), ("n_object_key_only", "{\"a\"}"), ("n_object_no_value", "{\"a\":}"), ("n_object_no_key", "{:1}"), ("n_object_no_colon", "{\"a\" 1}"),
        ("n_object_two_colons", "{\"a\"::1}"), ("n_object_equals", "{\"a\"=1}"), ("n_object_comma_for_colon", "{\"a\",1}"), ("n_object_trailing_comma", "{\"a\":1,}"),
        ("n_object_leading_comma", "{,\"a\":1}"), ("n_object_two_commas", "{\"a\":1,,\"b\":2}"), ("n_object_no_comma", "{\"a\":1 \"b\":2}"), ("n_object_bare_key", "{a:1}"),
        ("n_object_single_quoted_key", "{'a':1}"), ("n_object_number_key", "{1:1}"), ("n_object_null_key", "{null:1}"), ("n_object_array_key", "{[]:1}"), ("n_object_wrong_end", "{\"a\":1]"),
        ("n_object_extra_end", "{\"a\":1}}"), ("n_object_open_value", "{\"a\":1"), ("n_object_value_without_key", "{1}"), ("n_object_semicolon", "{\"a\":1;\"b\":2}"), ("n_object_bad_key_escape", "{\"\\x\":1}"),
        ("n_comment_block", "1/* c */"), ("n_comment_line", "1// c\n"), ("n_comment_hash", "1# c\n"), ("n_comment_before", "/**/1"), ("n_comment_open", "1/*"), ("n_comment_html", "<!-- -->1"),
        ("n_two_values", "1 2"), ("n_two_strings", "\"a\" \"b\""), ("n_concatenation", "\"a\" + \"b\""), ("n_call", "f()"), ("n_function", "function(){}"), ("n_regex", "/a/"), ("n_date", "2026-11-22"),
        ("n_comma", ","), ("n_colon", ":"), ("n_star", "*"), ("n_at", "@"), ("n_escape_outside", "\\u0031"), ("n_nbsp", "\u00a01"), ("n_form_feed", "\f1"), ("n_vertical_tab", "\v1"),
        ("n_bom_inside", "\uFEFF1"), ("n_ideographic_space", "\u30001"), ("n_line_separator", "\u20281"), ("n_nul", "\01"), ("n_word_joiner", "\u20601"),

        ("i_number_huge", "1e400"), ("i_number_minus_huge", "-1e400"), ("i_number_tiny", "1e-400"), ("i_number_many_digits", new string('9', 400)), ("i_exponent_many_digits", "1e" + new string('9', 100)),
        ("i_string_high_surrogate", "\"\\ud800\""), ("i_string_low_surrogate", "\"\\udc00\""), ("i_string_pair_reversed", "\"\\ude00\\ud83d\""), ("i_string_two_highs", "\"\\ud83d\\ud83d\""),
        ("i_string_high_then_text", "\"\\ud83da\""), ("i_key_high_surrogate", "{\"\\ud800\":1}"), ("i_key_twice_by_surrogate", "{\"\\ud800\":1,\"\\ud801\":1}"),
        ("i_depth_61_arrays", new string('[', 61) + new string(']', 61)), ("i_depth_500_arrays", new string('[', 500) + new string(']', 500)),
        ("i_depth_500_objects", string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 500)),
    ];

    private static readonly (string Name, byte[] Json)[] Documents =
    [
        ("y_document", Text(Bodies.With("\"x\":1"))), ("y_document_space_around", Text(" \t\r\n" + Bodies.With("\"x\":1") + "\n\n ")),
        ("n_document_empty", []), ("n_document_space", Text(" ")), ("n_document_bom_only", [0xEF, 0xBB, 0xBF]), ("n_document_bom", [0xEF, 0xBB, 0xBF, .. Text(Bodies.Agent)]),
        ("n_document_half_bom", [0xEF, 0xBB, .. Text(Bodies.Agent)]), ("n_document_utf16le", Encoding.Unicode.GetBytes(Bodies.Agent)), ("n_document_utf16be", Encoding.BigEndianUnicode.GetBytes(Bodies.Agent)),
        ("n_document_utf32", Encoding.UTF32.GetBytes(Bodies.Agent)), ("n_document_latin1", Encoding.Latin1.GetBytes(Bodies.With("\"x\":\"é\""))), ("n_document_nul_after", [.. Text(Bodies.Agent), 0]),
        ("n_document_twice", Text(Bodies.Agent + Bodies.Agent)), ("n_document_lines", Text(Bodies.Agent + "\n" + Bodies.Agent)), ("n_document_comma_after", Text(Bodies.Agent + ",")),
        ("n_document_brace_after", Text(Bodies.Agent + "}")), ("n_document_cut", Text(Bodies.Agent[..^1])), ("n_document_word_after", Text(Bodies.Agent + "x")), ("n_document_comment_after", Text(Bodies.Agent + "// c")),
        ("n_document_sequence_mark", [0x1E, .. Text(Bodies.Agent)]), ("n_document_prefix", Text(")]}',\n" + Bodies.Agent)), ("n_document_form", Text("model=claude&max_tokens=1")), ("n_document_gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]),
        ("n_document_array", Text("[" + Bodies.Agent + "]")), ("n_document_string", Text("\"{}\"")), ("n_document_null", Text("null")), ("n_document_overlong_brace", [0xC1, 0xBB, 0xC1, 0xBD]),
        ("n_document_100000_opened", Text(new string('[', 100_000))), ("n_document_100000_opened_objects", Text(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))),
    ];

    public static IEnumerable<(string Name, byte[] Body)> Cases()
    {
        foreach (var (name, json) in Values)
        {
            yield return (name, Text(Bodies.With($"\"x\":{json}")));
            yield return (name + "_in_a_list", Text(Bodies.With($"\"messages\":[{{\"content\":[{json}]}}]")));
            yield return (name + "_passed_over", Text(Bodies.With($"\"tools\":[{{\"input_schema\":{{\"a\":[0,{json}]}}}}]")));
            yield return (name + "_alone", Text(json));
        }

        foreach (var document in Documents)
        {
            yield return document;
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
