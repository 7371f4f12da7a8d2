using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Latchkey.Simulator.Delivery;
using Latchkey.Simulator.Messages;

namespace Latchkey.Simulator.Batches;

internal sealed record BatchResult(string CustomId, Reply Reply);

/// <summary>A batch that has ended.</summary>
internal sealed record Batch(string Id, DateTimeOffset At, IReadOnlyList<BatchResult> Results)
{
    public void Write(Utf8JsonWriter json, string origin)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("type", "message_batch");
        json.WriteString("processing_status", "ended");
        json.WriteStartObject("request_counts");
        json.WriteNumber("processing", 0);
        json.WriteNumber("succeeded", Results.Count);
        json.WriteNumber("errored", 0);
        json.WriteNumber("canceled", 0);
        json.WriteNumber("expired", 0);
        json.WriteEndObject();
        json.WriteString("created_at", Text(At));
        json.WriteString("expires_at", Text(At.AddHours(24)));
        json.WriteString("ended_at", Text(At));
        json.WriteNull("archived_at");
        json.WriteNull("cancel_initiated_at");
        json.WriteString("results_url", $"{origin}/v1/messages/batches/{Id}/results");
        json.WriteEndObject();
    }

    public ReadOnlyMemory<byte> ResultLines()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, JsonBytes.Options);
        foreach (var result in Results)
        {
            json.WriteStartObject();
            json.WriteString("custom_id", result.CustomId);
            json.WriteStartObject("result");
            json.WriteString("type", "succeeded");
            json.WriteStartObject("message");
            ReplyJson.WriteMessage(json, result.Reply);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.Flush();
            buffer.Write("\n"u8);
            json.Reset();
        }

        return buffer.WrittenMemory;
    }

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
