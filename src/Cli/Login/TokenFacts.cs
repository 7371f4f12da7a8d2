using System.Buffers.Text;
using System.Text.Json;
using Latchkey.Client;
using Latchkey.Protocol;

namespace Latchkey.Cli.Login;

/// <summary>What a wrapper token says of its owner; unverified, for people to read.</summary>
/// <param name="User">The person; null when the token names none.</param>
/// <param name="Organization">Theirs; null when the token names none.</param>
internal sealed record TokenFacts(string? User, string? Organization)
{
    public static TokenFacts Of(LatchkeyAccess access)
    {
        try
        {
            if (!access.IsDirect && access.RevealKey().Split('.') is [_, var payload, _])
            {
                using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
                return new TokenFacts(Text(claims, WrapperToken.Claims.UserId), Text(claims, WrapperToken.Claims.OrgId));
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            // Tokens are the gateway's own affair: one of another kind says nothing.
        }

        return new TokenFacts(null, null);
    }

    private static string? Text(JsonDocument claims, string name) =>
        claims.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
