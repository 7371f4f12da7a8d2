using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary>
/// Where the next page begins, as a text that means nothing to clients: the last position and a mark of the question that it
/// belongs to. It needs no secret, since whose rows are seen never depends on it; one that doesn't fit is refused.
/// </summary>
internal static class Cursor
{
    private const int MarkBytes = 12;

    /// <param name="question">All that the answer depends on, but for the page.</param>
    /// <param name="values">Strings and whole numbers.</param>
    public static string Write(IEnumerable<string?> question, IEnumerable<object> values)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            json.WriteStringValue(MarkOf(question));
            foreach (var value in values)
            {
                if (value is string text)
                {
                    json.WriteStringValue(text);
                }
                else
                {
                    json.WriteNumberValue((long)value);
                }
            }

            json.WriteEndArray();
        }

        return Base64Url.EncodeToString(bytes.WrittenSpan);
    }

    /// <summary>The values, or null when the text isn't a cursor of this question.</summary>
    /// <param name="text">What came.</param>
    /// <param name="question">As it was written with.</param>
    /// <param name="areText">For each value whether it is a text.</param>
    public static IReadOnlyList<object>? Read(string text, IEnumerable<string?> question, IReadOnlyList<bool> areText)
    {
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            if (json.RootElement is not { ValueKind: JsonValueKind.Array } all
                || all.GetArrayLength() != areText.Count + 1
                || all[0].ValueKind is not JsonValueKind.String
                || all[0].GetString() != MarkOf(question))
            {
                return null;
            }

            var values = new object[areText.Count];
            for (var i = 0; i < values.Length; i++)
            {
                var value = all[i + 1];
                if (areText[i] ? value.ValueKind is not JsonValueKind.String : value.ValueKind is not JsonValueKind.Number)
                {
                    return null;
                }

                values[i] = areText[i] ? value.GetString()! : value.GetInt64();
            }

            return values.Any(v => v is string s && s.Contains('\0', StringComparison.Ordinal)) ? null : values;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string MarkOf(IEnumerable<string?> question) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', question))).AsSpan(0, MarkBytes));
}
