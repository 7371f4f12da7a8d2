using System.Globalization;
using System.Text;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Delivery;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Messages;

/// <summary>
/// An answer that is valid and unlike any other, and the same for the same seed: for tests which say that what comes out of a
/// gateway is, byte for byte, what went in.
/// </summary>
internal sealed class WildReply
{
    private static readonly string[] Fragments =
    [
        "plain", " ", "äöü", "漢字", "🔑", "\\n", "\\\"", "\\\\", "\\u0000", "\\ud83d\\ude00", "\\u00e9", "\\/", "</script>", "\u2028", "\u0085", "{}", "data: ",
    ];

    private readonly Random _random;
    private readonly string _model;
    private readonly UsageFigures _usage;
    private readonly string _newLine;

    private WildReply(int seed, string model)
    {
        _random = new Random(seed);
        _model = model;
        _newLine = _random.Next(2) == 0 ? "\n" : "\r\n";
        var fiveMinutes = _random.Next(0, 5000);
        var oneHour = _random.Next(0, 5000);
        _usage = new UsageFigures
        {
            InputTokens = _random.Next(1, 200_000),
            OutputTokens = _random.Next(1, 64_000),
            CacheReadInputTokens = _random.Next(0, 500_000),
            CacheCreationInputTokens = fiveMinutes + oneHour,
            Ephemeral5mInputTokens = fiveMinutes,
            Ephemeral1hInputTokens = oneHour,
        };
    }

    public static Answer Of(int seed, string model, bool stream)
    {
        var wild = new WildReply(seed, model);
        return stream
            ? new Answer.Stream(wild.Frames()) { Model = model, Usage = wild._usage }
            : Answer.Json(wild.Body()) with { Model = model, Usage = wild._usage };
    }

    private string Body() => Space() + Object(
        Field("id", "msg_wild"),
        Field("type", "message"),
        Field("role", "assistant"),
        Field("model", _model),
        Unknown(),
        "\"content\":[" + Object(Field("type", "text"), Unknown(), Field("text", Text())) + "]",
        Unknown(),
        Field("stop_reason", "end_turn"),
        "\"stop_sequence\":null",
        "\"usage\":" + Usage(_usage.OutputTokens)) + Space();

    private IEnumerable<Frame> Frames()
    {
        yield return new Frame(MessageStart(), _usage with { OutputTokens = 1 });
        var blocks = _random.Next(1, 4);
        for (var index = 0; index < blocks; index++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"\"index\":{index}");
            yield return new Frame(Event("content_block_start", at, "\"content_block\":" + Object(Field("type", "text"), Field("text", ""))));
            for (var deltas = _random.Next(0, 12); deltas > 0; deltas--)
            {
                yield return new Frame(_random.Next(6) == 0
                    ? Event("wild_event", Unknown(), "\"x\":[1e3, -0.5 ,null]")
                    : Event("content_block_delta", at, Unknown(), "\"delta\":" + Object(Field("type", "text_delta"), Field("text", Text()))));
            }

            yield return new Frame(Event("content_block_stop", at));
        }

        yield return new Frame(MessageDelta(), _usage);
        yield return new Frame(Event("message_stop"));
    }

    private byte[] MessageStart() => Event("message_start", Unknown(), "\"message\":" + Object(
        Field("id", "msg_wild"),
        Field("type", "message"),
        Field("role", "assistant"),
        Field("model", _model),
        "\"content\":[]",
        "\"stop_reason\":null",
        "\"usage\":" + Usage(1)));

    private byte[] MessageDelta() => Event(
        "message_delta",
        Unknown(),
        "\"delta\":" + Object(Field("stop_reason", "end_turn"), "\"stop_sequence\":null"),
        "\"usage\":" + Object(Count("output_tokens", _usage.OutputTokens)));

    private byte[] Event(string type, params ReadOnlySpan<string> fields)
    {
        var text = new StringBuilder();
        if (_random.Next(5) == 0)
        {
            text.Append(": ").Append(_random.Next()).Append(_newLine);
        }

        text.Append("event: ").Append(type).Append(_newLine)
            .Append(_random.Next(3) == 0 ? "data:" : "data: ").Append(Object([Field("type", type), .. fields]))
            .Append(_newLine).Append(_newLine);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private string Usage(long output) => Object(
        Count("input_tokens", _usage.InputTokens),
        Count("cache_read_input_tokens", _usage.CacheReadInputTokens),
        Unknown(),
        Count("cache_creation_input_tokens", _usage.CacheCreationInputTokens),
        "\"cache_creation\":" + Object(
            Count("ephemeral_1h_input_tokens", _usage.Ephemeral1hInputTokens),
            Count("ephemeral_5m_input_tokens", _usage.Ephemeral5mInputTokens)),
        Count("output_tokens", output),
        Field("service_tier", "standard"),
        Field("inference_geo", "not_available"));

    // What is empty is left out: an unknown field is there only now and then.
    private string Object(params ReadOnlySpan<string> fields)
    {
        var text = new StringBuilder("{");
        foreach (var field in fields)
        {
            if (field.Length > 0)
            {
                text.Append(text.Length > 1 ? "," : "").Append(Space()).Append(field).Append(Space());
            }
        }

        return text.Append('}').ToString();
    }

    private string Unknown() => _random.Next(3) != 0
        ? ""
        : $"\"{Text()}_{_random.Next()}\":" + Object("\"usage\":" + Object(Count("output_tokens", _random.Next())), Field("note", Text()));

    private static string Field(string name, string rawText) => $"\"{name}\":\"{rawText}\"";

    private static string Count(string name, long value) => string.Create(CultureInfo.InvariantCulture, $"\"{name}\":{value}");

    private string Text()
    {
        var text = new StringBuilder();
        for (var pieces = _random.Next(0, 20); pieces > 0; pieces--)
        {
            text.Append(Fragments[_random.Next(Fragments.Length)]);
        }

        return text.ToString();
    }

    private string Space() => new(' ', _random.Next(0, 3));
}
