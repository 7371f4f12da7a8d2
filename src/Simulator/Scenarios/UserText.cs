using System.Text.Json;

namespace Latchkey.Simulator.Scenarios;

/// <summary>The words of a user turn. A turn that only carries tool results has none.</summary>
internal static class UserText
{
    public static string? Of(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("role", out var role)
            || !role.ValueEquals("user"u8)
            || !message.TryGetProperty("content", out var content))
        {
            return null;
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString();
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        string? all = null;
        foreach (var block in content.EnumerateArray())
        {
            if (block.ValueKind == JsonValueKind.Object
                && block.TryGetProperty("type", out var type)
                && type.ValueEquals("text"u8)
                && block.TryGetProperty("text", out var text)
                && text.ValueKind == JsonValueKind.String)
            {
                all = all is null ? text.GetString() : all + "\n" + text.GetString();
            }
        }

        return all;
    }
}
