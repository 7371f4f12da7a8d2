using System.Text.Json;
using Latchkey.Simulator.Delivery;
using Latchkey.Simulator.Scenarios;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Messages;

/// <summary>Tells a reply as a stream of events, one at a time, so that a long one takes no more memory than a short one.</summary>
internal static class ReplyFrames
{
    private const int CharactersPerDelta = 24;

    public static IEnumerable<Frame> Of(Reply reply, Scenario scenario)
    {
        using var sse = new SseWriter();
        yield return new Frame(MessageStart(sse, reply), reply.StartUsage);
        for (var ping = 0; ping < scenario.Pings; ping++)
        {
            yield return new Frame(Ping(sse));
        }

        for (var index = 0; index < reply.Blocks.Count; index++)
        {
            var block = reply.Blocks[index];
            yield return new Frame(BlockStart(sse, index, block));
            if (index == 0)
            {
                // The API sends one here, unasked.
                yield return new Frame(Ping(sse));
            }

            foreach (var delta in Deltas(sse, index, block, scenario))
            {
                yield return new Frame(delta);
            }

            yield return new Frame(BlockStop(sse, index));
        }

        yield return new Frame(MessageDelta(sse, reply, scenario.DeltaUsage), Known(reply, scenario.DeltaUsage));
        sse.Begin("message_stop"u8);
        yield return new Frame(sse.End());
    }

    // Where message_delta keeps the prompt counters to itself, a reader is left with those of message_start.
    private static UsageFigures Known(Reply reply, DeltaUsage form) => form == DeltaUsage.Full
        ? reply.Usage
        : reply.StartUsage with { OutputTokens = reply.Usage.OutputTokens };

    private static ReadOnlyMemory<byte> MessageStart(SseWriter sse, Reply reply)
    {
        var json = sse.Begin("message_start"u8);
        json.WriteStartObject("message");
        json.WriteString("model", reply.FirstModel);
        json.WriteString("id", reply.Id);
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        json.WriteEndArray();
        json.WriteNull("stop_reason");
        json.WriteNull("stop_sequence");
        UsageJson.WriteStart(json, reply.StartUsage, reply.NamedUsage);
        json.WriteEndObject();
        return sse.End();
    }

    private static ReadOnlyMemory<byte> Ping(SseWriter sse)
    {
        sse.Begin("ping"u8);
        return sse.End();
    }

    private static ReadOnlyMemory<byte> BlockStart(SseWriter sse, int index, ReplyBlock block)
    {
        var json = sse.Begin("content_block_start"u8);
        json.WriteNumber("index", index);
        json.WriteStartObject("content_block");
        ReplyJson.WriteBlock(json, block, whole: false);
        json.WriteEndObject();
        return sse.End();
    }

    private static ReadOnlyMemory<byte> BlockStop(SseWriter sse, int index)
    {
        var json = sse.Begin("content_block_stop"u8);
        json.WriteNumber("index", index);
        return sse.End();
    }

    private static ReadOnlyMemory<byte> MessageDelta(SseWriter sse, Reply reply, DeltaUsage form)
    {
        var json = sse.Begin("message_delta"u8);
        json.WriteStartObject("delta");
        json.WriteString("stop_reason", reply.StopReason);
        json.WriteNull("stop_sequence");
        json.WriteEndObject();
        switch (form)
        {
            case DeltaUsage.OutputOnly:
                UsageJson.WriteDeltaWithOutputOnly(json, reply.Usage);
                break;
            case DeltaUsage.Nulls:
                UsageJson.WriteDeltaWithNulls(json, reply.Usage);
                break;
            default:
                UsageJson.WriteDelta(json, reply.Usage, reply.NamedUsage);
                break;
        }

        return sse.End();
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Deltas(SseWriter sse, int index, ReplyBlock block, Scenario scenario)
    {
        switch (block)
        {
            case ReplyBlock.Text text:
                foreach (var piece in Pieces(text.Value, scenario.Events))
                {
                    yield return Delta(sse, index, "text_delta", "text", piece);
                }

                if (scenario.HugeEventBytes > 0)
                {
                    yield return HugeDelta(sse, index, scenario.HugeEventBytes);
                }

                if (text.Cited)
                {
                    yield return CitationDelta(sse, index);
                }

                break;
            case ReplyBlock.Thinking thinking:
                foreach (var piece in Pieces(thinking.Value, null))
                {
                    yield return ThinkingDelta(sse, index, piece, thinking);
                }

                yield return Delta(sse, index, "signature_delta", "signature", ReplyJson.Signature);
                break;
            case ReplyBlock.ToolUse use:
                yield return Delta(sse, index, "input_json_delta", "partial_json", "");
                foreach (var piece in Pieces(use.Input, null))
                {
                    yield return Delta(sse, index, "input_json_delta", "partial_json", piece);
                }

                break;
            case ReplyBlock.Compaction compaction:
                yield return Delta(sse, index, "compaction_delta", "content", compaction.Summary);
                break;
        }
    }

    private static ReadOnlyMemory<byte> Delta(SseWriter sse, int index, string type, string field, string value)
    {
        var json = BeginDelta(sse, index, type);
        json.WriteString(field, value);
        json.WriteEndObject();
        return sse.End();
    }

    private static ReadOnlyMemory<byte> ThinkingDelta(SseWriter sse, int index, string piece, ReplyBlock.Thinking thinking)
    {
        var json = BeginDelta(sse, index, "thinking_delta");
        json.WriteString("thinking", thinking.Omitted ? "" : piece);
        if (thinking.WithEstimates)
        {
            json.WriteNumber("estimated_tokens", TokenEstimate.OfText(piece));
        }

        json.WriteEndObject();
        return sse.End();
    }

    private static ReadOnlyMemory<byte> CitationDelta(SseWriter sse, int index)
    {
        var json = BeginDelta(sse, index, "citations_delta");
        json.WritePropertyName("citation");
        ReplyJson.WriteCitation(json);
        json.WriteEndObject();
        return sse.End();
    }

    // The data line, from its first byte to its line feed, has exactly the size that was asked for (or its least size).
    private static ReadOnlyMemory<byte> HugeDelta(SseWriter sse, int index, int lineBytes)
    {
        var empty = Delta(sse, index, "text_delta", "text", "").Span;
        var lineWithoutText = empty.Length - "event: content_block_delta\n"u8.Length - "\n\n"u8.Length;
        return Delta(sse, index, "text_delta", "text", new string('x', Math.Max(0, lineBytes - lineWithoutText)));
    }

    private static Utf8JsonWriter BeginDelta(SseWriter sse, int index, string type)
    {
        var json = sse.Begin("content_block_delta"u8);
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        json.WriteString("type", type);
        return json;
    }

    /// <summary>Cuts a text into so many pieces, or pieces of the usual size; never through a surrogate pair.</summary>
    private static IEnumerable<string> Pieces(string text, int? count)
    {
        var pieces = count ?? (text.Length + CharactersPerDelta - 1) / CharactersPerDelta;
        var start = 0;
        for (var piece = 1; piece <= pieces; piece++)
        {
            var end = (int)((long)text.Length * piece / pieces);
            if (end > start && end < text.Length && char.IsLowSurrogate(text[end]))
            {
                end++;
            }

            end = Math.Max(end, start);
            yield return text[start..end];
            start = end;
        }
    }
}
