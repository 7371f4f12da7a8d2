using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Latchkey.Simulator.Tokens;

/// <summary>Writes a <c>usage</c> object as the API does: in a body, in message_start, in message_delta.</summary>
internal static class UsageJson
{
    /// <summary>The whole usage of a plain answer or a batch line.</summary>
    public static void WriteWhole(Utf8JsonWriter json, UsageFigures usage, JsonElement? named) =>
        WithNamed(json, usage, named, keepOutput: false, static (writer, figures) =>
        {
            WriteCounters(writer, figures);
            WriteSplit(writer, figures.Ephemeral5mInputTokens, figures.Ephemeral1hInputTokens);
            writer.WriteNumber("output_tokens", figures.OutputTokens);
            WriteLateFields(writer, figures);
            WritePlace(writer, figures);
        });

    /// <summary>The usage of message_start: prompt counts, and a placeholder for the output.</summary>
    public static void WriteStart(Utf8JsonWriter json, UsageFigures usage, JsonElement? named) =>
        WithNamed(json, usage, named, keepOutput: true, static (writer, figures) =>
        {
            WriteCounters(writer, figures);
            WriteSplit(writer, figures.Ephemeral5mInputTokens, figures.Ephemeral1hInputTokens);
            writer.WriteNumber("output_tokens", figures.OutputTokens);
            WritePlace(writer, figures);
        });

    /// <summary>The cumulative usage of message_delta.</summary>
    public static void WriteDelta(Utf8JsonWriter json, UsageFigures usage, JsonElement? named) =>
        WithNamed(json, usage, named, keepOutput: false, static (writer, figures) =>
        {
            WriteCounters(writer, figures);
            writer.WriteNumber("output_tokens", figures.OutputTokens);
            WriteLateFields(writer, figures);
        });

    /// <summary>The usage of message_delta as an API may send it too: only the output is known, the rest is null.</summary>
    public static void WriteDeltaWithNulls(Utf8JsonWriter json, UsageFigures usage)
    {
        json.WriteStartObject("usage");
        json.WriteNull("input_tokens");
        json.WriteNull("cache_creation_input_tokens");
        json.WriteNull("cache_read_input_tokens");
        json.WriteNumber("output_tokens", usage.OutputTokens);
        json.WriteNull("server_tool_use");
        json.WriteEndObject();
    }

    public static void WriteDeltaWithOutputOnly(Utf8JsonWriter json, UsageFigures usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("output_tokens", usage.OutputTokens);
        json.WriteEndObject();
    }

    // The named fields of a usage={…} directive go on the wire as they are written there, unknown ones and nulls too.
    private static void WithNamed(
        Utf8JsonWriter json, UsageFigures usage, JsonElement? named, bool keepOutput, Action<Utf8JsonWriter, UsageFigures> write)
    {
        if (named is not { } fields)
        {
            json.WriteStartObject("usage");
            write(json, usage);
            json.WriteEndObject();
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var inner = new Utf8JsonWriter(buffer))
        {
            inner.WriteStartObject();
            write(inner, usage);
            inner.WriteEndObject();
        }

        var merged = JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
        foreach (var field in fields.EnumerateObject())
        {
            if (!keepOutput || field.Name is not ("output_tokens" or "output_tokens_details" or "iterations" or "server_tool_use"))
            {
                merged[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
        }

        json.WritePropertyName("usage");
        merged.WriteTo(json);
    }

    private static void WriteCounters(Utf8JsonWriter json, UsageFigures usage)
    {
        json.WriteNumber("input_tokens", usage.InputTokens);
        json.WriteNumber("cache_creation_input_tokens", usage.CacheCreationInputTokens);
        json.WriteNumber("cache_read_input_tokens", usage.CacheReadInputTokens);
    }

    private static void WriteSplit(Utf8JsonWriter json, long fiveMinutes, long oneHour)
    {
        json.WriteStartObject("cache_creation");
        json.WriteNumber("ephemeral_5m_input_tokens", fiveMinutes);
        json.WriteNumber("ephemeral_1h_input_tokens", oneHour);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, UsageFigures usage)
    {
        json.WriteString("service_tier", usage.ServiceTier);
        json.WriteString("inference_geo", usage.InferenceGeo);
        if (usage.Speed is not null)
        {
            json.WriteString("speed", usage.Speed);
        }
    }

    private static void WriteLateFields(Utf8JsonWriter json, UsageFigures usage)
    {
        if (usage.ThinkingTokens is { } thinking)
        {
            json.WriteStartObject("output_tokens_details");
            json.WriteNumber("thinking_tokens", thinking);
            json.WriteEndObject();
        }

        if (usage.WebSearchRequests is not null || usage.WebFetchRequests is not null)
        {
            json.WriteStartObject("server_tool_use");
            json.WriteNumber("web_search_requests", usage.WebSearchRequests ?? 0);
            json.WriteNumber("web_fetch_requests", usage.WebFetchRequests ?? 0);
            json.WriteEndObject();
        }

        if (usage.Iterations.Count > 0)
        {
            WriteIterations(json, usage.Iterations);
        }
    }

    private static void WriteIterations(Utf8JsonWriter json, IReadOnlyList<UsageIteration> iterations)
    {
        json.WriteStartArray("iterations");
        foreach (var entry in iterations)
        {
            json.WriteStartObject();
            json.WriteString("type", entry.Type);
            if (entry.Model is not null)
            {
                json.WriteString("model", entry.Model);
            }

            json.WriteNumber("input_tokens", entry.InputTokens);
            json.WriteNumber("output_tokens", entry.OutputTokens);
            json.WriteNumber("cache_creation_input_tokens", entry.CacheCreationInputTokens);
            json.WriteNumber("cache_read_input_tokens", entry.CacheReadInputTokens);
            WriteSplit(json, entry.Ephemeral5mInputTokens, entry.Ephemeral1hInputTokens);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
