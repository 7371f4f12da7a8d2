using System.Text.Json;
using Latchkey.Gateway.Tokens.Devices;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Tokens.Bootstrap;

/// <summary>Reads the body of <c>POST /bootstrap</c> member by member, so that each mistake gets its own words.</summary>
internal static class BootstrapBody
{
    /// <summary>The request, or what is wrong with it.</summary>
    public static (BootstrapRequest? Request, DeviceDescription? About, string? Problem) Read(ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is half of a surrogate pair in a member's name.
            return (null, null, "The body isn't a JSON object: send {\"device_id\": \"…\"}.");
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, null, "The body isn't a JSON object: send {\"device_id\": \"…\"}.");
            }

            if (!document.RootElement.TryGetProperty("device_id", out var deviceId))
            {
                return (null, null, "device_id is missing.");
            }

            if (TextOf(deviceId) is not { } id)
            {
                return (null, null, "device_id must be a string of Unicode text.");
            }

            if (DeviceId.Problem(id) is { } problem)
            {
                return (null, null, problem);
            }

            var (version, versionProblem) = Optional(document.RootElement, "app_version");
            var (channel, channelProblem) = Optional(document.RootElement, "app_channel");
            var (code, codeProblem) = Optional(document.RootElement, "enrollment_code");
            var (name, nameProblem) = Optional(document.RootElement, "device_name");
            var (platform, platformProblem) = Optional(document.RootElement, "platform");
            return (versionProblem ?? channelProblem ?? codeProblem ?? nameProblem ?? platformProblem) is { } other
                ? (null, null, other)
                : (new BootstrapRequest { DeviceId = id, AppVersion = version, AppChannel = channel, EnrollmentCode = code },
                    new DeviceDescription(name, platform),
                    null);
        }
    }

    private static (string? Text, string? Problem) Optional(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return (null, null);
        }

        return TextOf(value) switch
        {
            null => (null, $"{name} must be a string."),
            { Length: > BootstrapRequest.MaxTextLength } => (null, $"{name} is too long: it may have at most {BootstrapRequest.MaxTextLength} characters."),
            var text when text.Any(char.IsControl) => (null, $"{name} contains a control character."),
            var text => (text, null),
        };
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON can spell it, text can't.
            return null;
        }
    }
}

/// <summary>What a device says of itself for people.</summary>
/// <param name="Name">Such as <c>Ada's laptop</c>.</param>
/// <param name="Platform">Such as <c>macos</c>.</param>
internal sealed record DeviceDescription(string? Name, string? Platform);
