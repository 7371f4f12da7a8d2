using System.Buffers;
using System.Text.Json;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>
/// Makes the body of a <c>count_tokens</c> call out of a message's: the members that the prompt is made of, byte for byte. The API refuses
/// members that it doesn't know there, such as <c>max_tokens</c>.
/// </summary>
internal static class TokenCountBody
{
    /// <summary>
    /// Null when the message isn't one, or when a part of its prompt can't be counted: <c>count_tokens</c> takes neither a
    /// <c>container</c>, whose skills are told to the model, nor a <c>thread</c>, which brings earlier turns along.
    /// </summary>
    public static ReadOnlyMemory<byte>? Of(ReadOnlySpan<byte> message)
    {
        var body = new ArrayBufferWriter<byte>(message.Length + 1);
        var (model, messages) = (false, false);
        try
        {
            var reader = new Utf8JsonReader(message);
            reader.Read();
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var start = (int)reader.TokenStartIndex;
                var (taken, beyond) = (IsTaken(ref reader), reader.ValueTextEquals("container"u8) || reader.ValueTextEquals("thread"u8));
                model |= reader.ValueTextEquals("model"u8);
                messages |= reader.ValueTextEquals("messages"u8);
                reader.Read();
                if (beyond && reader.TokenType is not JsonTokenType.Null)
                {
                    return null;
                }

                reader.Skip();
                if (taken)
                {
                    body.Write(body.WrittenCount == 0 ? "{"u8 : ","u8);
                    body.Write(message[start..(int)reader.BytesConsumed]);
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }

        if (!model || !messages)
        {
            return null;
        }

        body.Write("}"u8);
        return body.WrittenMemory;
    }

    // MessageCountTokensParams of Anthropic's TypeScript SDK 1.12.0, plain and beta, without what doesn't touch the prompt:
    // billing_policy, cache_control, speed.
    private static bool IsTaken(ref Utf8JsonReader name) =>
        name.ValueTextEquals("model"u8)
        || name.ValueTextEquals("messages"u8)
        || name.ValueTextEquals("system"u8)
        || name.ValueTextEquals("tools"u8)
        || name.ValueTextEquals("tool_choice"u8)
        || name.ValueTextEquals("thinking"u8)
        || name.ValueTextEquals("output_config"u8)
        || name.ValueTextEquals("output_format"u8)
        || name.ValueTextEquals("context_management"u8)
        || name.ValueTextEquals("compaction"u8)
        || name.ValueTextEquals("mcp_servers"u8);
}
