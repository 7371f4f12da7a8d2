using System.Text;
using System.Text.Json;
using CsCheck;

namespace Latchkey.Claude.Tests;

/// <summary>Generated answers, cut anywhere, against what was written: the expectation is made from the generated values, never by the readers.</summary>
public class AnyChunkingTests
{
    private static readonly Gen<int[]> Lengths = Gen.OneOf(Gen.Int[1, 12].Array[1, 6], Gen.Int[1, 400].Array[1, 6]);
    private static readonly Gen<long?> Count = Gen.Frequency((1, Gen.Const((long?)null)), (1, Gen.Const((long?)0)), (4, Gen.Long[1, 2_000_000].Select(n => (long?)n)));

    private static readonly Gen<Counters> SomeCounters = Gen.Select(Count, Count, Count, Count, Count, Count)
        .Select((input, output, written, read, fiveMinutes, hour) => new Counters(input, output, written, read, fiveMinutes, hour));

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 60],
        Gen.Int[0, 5].Select(i => new[] { "\"usage\":{\"input_tokens\":9}", "\\\"\\\\", "漢字😀\n\n", "{[}]", "\r\ndata: x\r\n\r\n", "\"estimated_tokens\":3" }[i]));

    private static readonly Gen<Frame> OrdinaryFrame = Gen.OneOf(
        Text.Select(t => new Frame("content_block_delta", $$$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{{Quoted(t)}}}}}}""")),
        Gen.Long[0, 500].Select(n => new Frame("content_block_delta", $$$$"""{"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"","estimated_tokens":{{{{n}}}}}}""", Thinking: n)),
        Text.Select(t => new Frame("content_block_start", $$$$"""{"type":"content_block_start","content_block":{"type":"text","text":{{{{Quoted(t)}}}}}}""")),
        Gen.Const(new Frame("ping", """{"type":"ping"}""")),
        Text.Select(t => new Frame("future", $$$$"""{"usage":{"input_tokens":77},"text":{{{{Quoted(t)}}}}}""")),
        SomeCounters.Select(c => new Frame("message_delta", $$$$"""{"type":"message_delta","delta":{"stop_reason":null},"usage":{{{{c.Json()}}}}}""", Delta: c)));

    [Fact]
    public void a_generated_stream_is_read_as_it_was_written()
    {
        Gen.Select(SomeCounters, OrdinaryFrame.Array[0, 8], Gen.Bool, Gen.Int[0, 2], Lengths).Sample((start, frames, stopped, style, lengths) =>
        {
            var text = new StringBuilder();
            var end = new[] { "\n", "\r\n", "\r" }[style];
            Write(text, end, new Frame("message_start", $$$$"""{"type":"message_start","message":{"id":"msg_1","model":"m-1","usage":{{{{start.Json()}}}}}}"""));
            foreach (var frame in frames)
            {
                text.Append(": a comment").Append(end);
                Write(text, end, frame);
            }
            if (stopped)
            {
                Write(text, end, new Frame("message_stop", """{"type":"message_stop"}"""));
            }

            var reader = new StreamUsageReader();
            Sse.Push(Encoding.UTF8.GetBytes(text.ToString()), lengths, piece => reader.Read(piece));

            reader.Complete().Should().Be(Expected(start, frames, stopped));
        }, iter: 2000);
    }

    [Fact]
    public void a_generated_body_is_read_like_a_parsed_document()
    {
        var scalar = Gen.OneOf(
            Text.Select(Quoted),
            Gen.Long[-5, 1_000_000].Select(n => $"{n}"),
            Gen.Int[0, 3].Select(i => new[] { "true", "null", "1.5e3", "\"\\u0041\\/\"" }[i]));
        var key = Gen.Int[0, 11].Select(i => new[]
        {
            "\"id\"", "\"type\"", "\"model\"", "\"usage\"", "\"stop_reason\"", "\"error\"", "\"input_tokens\"", "\"content\"",
            "\"other\"", "\"us\\u0061ge\"", "\"\\\"model\"", "\"output_tokens\"",
        }[i]);
        var blank = Gen.Int[0, 3].Select(i => new[] { "", " ", "\n\t", "\r\n" }[i]);
        var value = Gen.Recursive<string>((depth, inner) => depth > 3 ? scalar : Gen.Frequency(
            (3, scalar),
            (1, Gen.Select(inner.Array[0, 3], blank).Select((items, b) => $"[{b}{string.Join($"{b},", items)}{b}]")),
            (2, Gen.Select(Gen.Select(key, inner).Array[0, 4], blank).Select((items, b) => $"{{{b}{string.Join(',', items.Select(i => $"{b}{i.Item1}{b}:{b}{i.Item2}{b}"))}}}"))));
        var body = Gen.Select(Gen.Select(key, value).Array[0, 8], blank)
            .Select((items, b) => $"{b}{{{string.Join(',', items.Select(i => $"{b}{i.Item1}{b}:{b}{i.Item2}{b}"))}}}{b}");

        Gen.Select(body, Lengths).Sample((json, lengths) =>
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var usage = Property(root, "usage") is { ValueKind: JsonValueKind.Object } found ? found : default(JsonElement?);

            var reading = JsonUsageTests.Read(bytes, lengths);

            reading.Complete.Should().BeTrue();
            reading.Model.Should().Be(TextOf(root, "model"));
            reading.MessageId.Should().Be(TextOf(root, "id"));
            reading.StopReason.Should().Be(TextOf(root, "stop_reason"));
            reading.CountedInputTokens.Should().Be(CountOf(root, "input_tokens"));
            reading.UsageSeen.Should().Be(usage is not null);
            reading.Usage.InputTokens.Should().Be(usage is { } u ? CountOf(u, "input_tokens") ?? 0 : 0);
            reading.Usage.OutputTokens.Should().Be(usage is { } v ? CountOf(v, "output_tokens") ?? 0 : 0);
            reading.DeliveredContentBytes.Should().Be(bytes.Length);
            reading.Should().Be(JsonUsageTests.Read(bytes, [int.MaxValue]));
        }, iter: 3000);
    }

    [Fact]
    public void garbage_never_throws()
    {
        string[] parts =
        [
            "event: ", "message_start", "message_delta", "content_block_delta", "content_block_start", "error", "data: ", "\n\n", "\r", "\n", "{", "}", "[", "]", "\"", "\\", ":", ",",
            "\"usage\"", "\"message\"", "\"delta\"", "\"type\"", "\"fallback\"", "\"to\"", "\"content_block\"", "\"estimated_tokens\"", "\"iterations\"", "\"error\"", "\"details\"", "\"cache_creation\"",
            "\"input_tokens\"", "\"\\ud800\"", "-1", "1e999", "nul", "true", " ",
        ];
        var structured = Gen.Int[0, parts.Length - 1].Array[0, 60].Select(chosen => Encoding.UTF8.GetBytes(string.Concat(chosen.Select(i => parts[i]))));
        Gen.Select(Gen.OneOf(structured, Gen.Byte.Array[0, 200]), Lengths).Sample(
            (bytes, lengths) =>
            {
                foreach (var reader in new IUsageReader[] { new StreamUsageReader(), new StreamUsageReader(16), new JsonUsageReader() })
                {
                    Sse.Push(bytes, lengths, piece => reader.Read(piece));
                    reader.Complete().Usage.PromptTokens.Should().BeGreaterThanOrEqualTo(0);
                }
                ClaudeErrors.TryReadType(bytes, out _, out _);
            },
            iter: 3000);
    }

    [Fact]
    public void broken_JSON_in_known_events_never_throws()
    {
        string[] parts =
        [
            "{", "}", "[", "]", ":", ",", "\"usage\"", "\"message\"", "\"delta\"", "\"type\"", "\"fallback\"", "\"to\"", "\"content_block\"", "\"estimated_tokens\"", "\"thinking_delta\"", "\"iterations\"",
            "\"error\"", "\"details\"", "\"cache_creation\"", "\"input_tokens\"", "\"model\"", "\"\\ud800\"", "-1", "12", "1e999", "true", "null", "\u0001",
        ];
        string[] names = ["message_start", "message_delta", "content_block_delta", "content_block_start", "message_stop", "error", ""];

        // Most of it opens like a real event, so that the readers get deep before it breaks.
        string[] openings = ["", "{\"message\":{\"usage\":{", "{\"usage\":{", "{\"delta\":{", "{\"content_block\":{", "{\"error\":{", "{\"usage\":{\"iterations\":[{", "{\"type\":"];
        Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[0, openings.Length - 1], Gen.Int[0, parts.Length - 1].Array[0, 20]).Sample(
            (name, opening, chosen) =>
            {
                var data = openings[opening] + string.Concat(chosen.Select(i => parts[i]));
                var reader = new StreamUsageReader();
                reader.Read(Sse.Stream((names[name], data), ("message_delta", """{"usage":{"output_tokens":5}}""")));
                reader.Complete().Usage.OutputTokens.Should().Be(5);

                var body = new JsonUsageReader();
                body.Read(Encoding.UTF8.GetBytes(data));
                body.Complete().Complete.Should().Be(body.Complete().Complete);
            },
            iter: 3000);
    }

    private static UsageReading Expected(Counters start, Frame[] frames, bool stopped)
    {
        var deltas = frames.Where(f => f.Delta is not null).Select(f => f.Delta!).ToArray();
        var all = deltas.Prepend(start).ToArray();
        var written = all.Max(c => c.Written ?? 0);
        var fiveMinutes = all.Max(c => c.FiveMinutes ?? 0);
        var hour = all.Max(c => c.Hour ?? 0);
        var total = written > 0 ? written : fiveMinutes + hour;
        var content = frames.Where(f => f.Name == "content_block_delta").Select(f => (long)Encoding.UTF8.GetByteCount(f.Data)).ToArray();
        return new UsageReading
        {
            MessageId = "msg_1",
            Model = "m-1",
            Usage = new Usage
            {
                InputTokens = all.Max(c => c.Input ?? 0),
                OutputTokens = all.LastOrDefault(c => c.Output is not null)?.Output ?? 0,
                CacheCreationInputTokens = total,
                CacheReadInputTokens = all.Max(c => c.Read ?? 0),
                CacheCreation5mInputTokens = total - Math.Min(hour, total),
                CacheCreation1hInputTokens = Math.Min(hour, total),
            },
            Complete = stopped,
            UsageSeen = true,
            MessageStartSeen = true,
            MessageDeltaSeen = deltas.Length > 0,
            OutputIsFinal = deltas.Any(c => c.Output is not null),
            DeliveredContentBytes = content.Sum(n => n > 80 ? n - 80 : 0),
            EstimatedThinkingTokens = frames.Sum(f => f.Thinking),
            Events = 1 + frames.Length + (stopped ? 1 : 0),
        };
    }

    private static void Write(StringBuilder text, string end, Frame frame) =>
        text.Append("event: ").Append(frame.Name).Append(end).Append("data: ").Append(frame.Data).Append(end).Append(end);

    private static string Quoted(string text) => "\"" + text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private static JsonElement? Property(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value : null;

    private static string? TextOf(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static long? CountOf(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Number } number && number.GetDouble() is >= 0 and var count && double.IsInteger(count)
            ? (long)count
            : null;

    private sealed record Frame(string Name, string Data, Counters? Delta = null, long Thinking = 0);

    private sealed record Counters(long? Input, long? Output, long? Written, long? Read, long? FiveMinutes, long? Hour)
    {
        /// <summary>Null is written as null or left out, in turns.</summary>
        public string Json()
        {
            string?[] fields =
            [
                Field("input_tokens", Input, leaveOut: true),
                Field("cache_creation_input_tokens", Written, leaveOut: false),
                Field("cache_read_input_tokens", Read, leaveOut: true),
                FiveMinutes is null && Hour is null
                    ? null
                    : $$"""
                    "cache_creation":{"ephemeral_5m_input_tokens":{{Number(FiveMinutes)}},"ephemeral_1h_input_tokens":{{Number(Hour)}}}
                    """,
                Field("output_tokens", Output, leaveOut: false),
            ];
            return "{" + string.Join(',', fields.Where(f => f is not null)) + "}";
        }

        private static string? Field(string name, long? value, bool leaveOut) => value is null && leaveOut ? null : $"\"{name}\":{Number(value)}";

        private static string Number(long? value) => value?.ToString(provider: null) ?? "null";
    }
}
