using System.Text.Json;

namespace Latchkey.Cli.Doctor;

/// <summary>The words of an error that a gateway or Anthropic answers.</summary>
internal static class GatewayWords
{
    private const int Longest = 300;

    /// <summary>The message of an error in Anthropic's shape or of a problem (RFC 9457); something in its place when the body has none.</summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            var root = json.RootElement;
            var text = root.TryGetProperty("error", out var error) ? error.GetProperty("message").GetString()
                : root.TryGetProperty("detail", out var detail) ? detail.GetString()
                : root.TryGetProperty("title", out var title) ? title.GetString()
                : null;
            return text is null ? "no words with it" : text.Length > Longest ? text[..Longest] + "…" : text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return "not as a gateway answers";
        }
    }
}
