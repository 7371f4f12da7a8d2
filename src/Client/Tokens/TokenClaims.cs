using System.Buffers.Text;
using System.Text.Json;
using Latchkey.Protocol;

namespace Latchkey.Client.Tokens;

/// <summary>Reads what a wrapper token says of itself, without verifying it: good for showing, never for deciding.</summary>
internal static class TokenClaims
{
    /// <summary>The models that it allows; null when it says nothing, or isn't a JWT.</summary>
    public static IReadOnlyList<string>? Models(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return json.RootElement.TryGetProperty(WrapperToken.Claims.Models, out var models) && models.ValueKind == JsonValueKind.Array
                ? [.. models.EnumerateArray().Where(m => m.ValueKind == JsonValueKind.String).Select(m => m.GetString()!)]
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
