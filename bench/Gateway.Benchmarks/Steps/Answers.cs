using System.Text;

namespace Latchkey.Gateway.Benchmarks.Steps;

/// <summary>What Claude answers.</summary>
internal static class Answers
{
    private const string Usage = """{"input_tokens":312,"cache_creation_input_tokens":0,"cache_read_input_tokens":20480,"output_tokens":1,"service_tier":"standard"}""";

    /// <summary>A streamed answer of 20 events, one a piece, as they come over a network.</summary>
    public static byte[][] Stream() =>
    [
        Event("message_start", $$$"""{"type":"message_start","message":{"id":"msg_01AbCdEfGhIjKlMnOpQrStUv","type":"message","role":"assistant","model":"claude-opus-5-5","content":[],"usage":{{{Usage}}}}}"""),
        Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
        .. Enumerable.Repeat(Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"The call is refused: its window "}}"""), 15),
        Event("content_block_stop", """{"type":"content_block_stop","index":0}"""),
        Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":123}}"""),
        Event("message_stop", """{"type":"message_stop"}"""),
    ];

    /// <summary>An answer of 1 KB in one piece.</summary>
    public static byte[] Json() => Encoding.UTF8.GetBytes(
        $$$"""
        {"id":"msg_01AbCdEfGhIjKlMnOpQrStUv","type":"message","role":"assistant","model":"claude-opus-5-5",
        "content":[{"type":"text","text":"{{{new string('x', 700)}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{{{Usage}}}}
        """);

    private static byte[] Event(string name, string data) => Encoding.UTF8.GetBytes($"event: {name}\ndata: {data}\n\n");
}
