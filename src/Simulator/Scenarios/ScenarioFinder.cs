using System.Text.Json;

namespace Latchkey.Simulator.Scenarios;

/// <summary>Looks for directives inside a request body: in <c>metadata.user_id</c> and the last user turn that has text.</summary>
internal static class ScenarioFinder
{
    /// <exception cref="DirectiveException">There are directives and they can't be understood.</exception>
    public static Scenario? Find(ReadOnlySpan<byte> body, JsonElement request)
    {
        // Nearly every request has none: one scan of the bytes spares the walk.
        if (body.IndexOf("[simulate:"u8) < 0 || request.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (request.TryGetProperty("metadata", out var metadata)
            && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty("user_id", out var userId)
            && userId.ValueKind == JsonValueKind.String
            && ScenarioParser.ParseWithin(userId.GetString()!) is { } fromMetadata)
        {
            return fromMetadata;
        }

        if (request.TryGetProperty("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.String)
        {
            return ScenarioParser.ParseWithin(prompt.GetString()!);
        }

        return LastUserText(request) is { } text ? ScenarioParser.ParseWithin(text) : null;
    }

    private static string? LastUserText(JsonElement request)
    {
        if (!request.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        for (var i = messages.GetArrayLength() - 1; i >= 0; i--)
        {
            if (UserText.Of(messages[i]) is { } text)
            {
                return text;
            }
        }

        return null;
    }
}
