using System.Text.Json;
using Latchkey.Simulator.Delivery;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Messages;

/// <summary>Writes a reply as one message object.</summary>
internal static class ReplyJson
{
    public const string Signature = "EqQBCkYIAxgCKkBzaW11bGF0b3Igc2lnbmF0dXJlLCBvcGFxdWUgdG8gZXZlcnlvbmU=";

    public static ReadOnlyMemory<byte> Of(Reply reply) => JsonBytes.Of(reply, static (json, message) =>
    {
        json.WriteStartObject();
        WriteMessage(json, message);
        json.WriteEndObject();
    });

    /// <summary>The fields of a finished message.</summary>
    public static void WriteMessage(Utf8JsonWriter json, Reply reply)
    {
        json.WriteString("model", reply.Model);
        json.WriteString("id", reply.Id);
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        foreach (var block in reply.Blocks)
        {
            json.WriteStartObject();
            WriteBlock(json, block, whole: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("stop_reason", reply.StopReason);
        json.WriteNull("stop_sequence");
        UsageJson.WriteWhole(json, reply.Usage, reply.NamedUsage);
    }

    /// <summary>The fields of a block: all of it, or as it stands in content_block_start before its deltas.</summary>
    public static void WriteBlock(Utf8JsonWriter json, ReplyBlock block, bool whole)
    {
        switch (block)
        {
            case ReplyBlock.Text text:
                json.WriteString("type", "text");
                json.WriteString("text", whole ? text.Value : "");
                if (text.Cited)
                {
                    json.WriteStartArray("citations");
                    if (whole)
                    {
                        WriteCitation(json);
                    }

                    json.WriteEndArray();
                }

                break;
            case ReplyBlock.Thinking thinking:
                json.WriteString("type", "thinking");
                json.WriteString("thinking", whole && !thinking.Omitted ? thinking.Value : "");
                json.WriteString("signature", whole ? Signature : "");
                break;
            case ReplyBlock.ToolUse use:
                json.WriteString("type", use.Type);
                json.WriteString("id", use.Id);
                json.WriteString("name", use.Name);
                json.WritePropertyName("input");
                json.WriteRawValue(whole ? use.Input : "{}");
                WriteDirectCaller(json);
                break;
            case ReplyBlock.SearchResult result:
                json.WriteString("type", "web_search_tool_result");
                json.WriteString("tool_use_id", result.ToolUseId);
                WriteSearchResults(json);
                WriteDirectCaller(json);
                break;
            case ReplyBlock.AdvisorResult result:
                json.WriteString("type", "advisor_tool_result");
                json.WriteString("tool_use_id", result.ToolUseId);
                json.WriteStartObject("content");
                json.WriteString("type", "advisor_result");
                json.WriteString("text", result.Value);
                json.WriteEndObject();
                break;
            case ReplyBlock.Fallback fallback:
                json.WriteString("type", "fallback");
                WriteModel(json, "from", fallback.From);
                WriteModel(json, "to", fallback.To);
                json.WriteStartObject("trigger");
                json.WriteString("type", "refusal");
                json.WriteNull("category");
                json.WriteEndObject();
                break;
            case ReplyBlock.Compaction compaction:
                json.WriteString("type", "compaction");
                json.WriteString("content", whole ? compaction.Summary : "");
                break;
        }
    }

    public static void WriteCitation(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "web_search_result_location");
        json.WriteString("cited_text", "Latchkey hands out wrapper tokens.");
        json.WriteString("url", "https://example.com/latchkey");
        json.WriteString("title", "Latchkey");
        json.WriteString("encrypted_index", "Eo8BCioIAhgBIiQ=");
        json.WriteEndObject();
    }

    private static void WriteSearchResults(Utf8JsonWriter json)
    {
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", "web_search_result");
        json.WriteString("title", "Latchkey");
        json.WriteString("url", "https://example.com/latchkey");
        json.WriteString("encrypted_content", "EqgfCioIARgBIiQ3YTAwMjY1Mi1mZjM5LTQ1NGUtODgxNC1kNjNjNTk1ZWI3Y");
        json.WriteNull("page_age");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    // The model itself called, not a program that it wrote.
    private static void WriteDirectCaller(Utf8JsonWriter json)
    {
        json.WriteStartObject("caller");
        json.WriteString("type", "direct");
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, string name, string model)
    {
        json.WriteStartObject(name);
        json.WriteString("model", model);
        json.WriteEndObject();
    }
}
