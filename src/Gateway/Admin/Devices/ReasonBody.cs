using System.Text.Json;

namespace Latchkey.Gateway.Admin.Devices;

/// <summary>Reads <c>{"reason": "…"}</c>: what an operator does to others is done for a reason that can be read later.</summary>
internal static class ReasonBody
{
    private const int MaxReason = 256;
    private const int MaxBody = 4096;

    /// <summary>The reason, or the answer to a body that has none.</summary>
    public static async Task<(string? Reason, IResult? Problem)> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            return (null, Problem(StatusCodes.Status415UnsupportedMediaType, "Send the reason as application/json: {\"reason\": \"…\"}."));
        }

        var body = new byte[MaxBody + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > MaxBody)
        {
            return (null, Problem(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBody} bytes."));
        }

        try
        {
            using var json = JsonDocument.Parse(body.AsMemory(0, length), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("reason", out var value)
                && value.ValueKind is JsonValueKind.String
                && value.GetString()!.Trim() is { Length: > 0 and <= MaxReason } reason
                && !reason.Any(char.IsControl)
                    ? (reason, null)
                    : (null, Problem(StatusCodes.Status400BadRequest, $"reason: 1 to {MaxReason} characters, none of them a control character."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, Problem(StatusCodes.Status400BadRequest, "The body isn't a JSON object: send {\"reason\": \"…\"}."));
        }
    }

    /// <summary>What is said when something holds that couldn't be written down.</summary>
    public static IResult Unwritten() => Problem(
        StatusCodes.Status503ServiceUnavailable,
        "The disk doesn't take it. Who was to be stopped is stopped until the gateway restarts; send this again when the disk is well.");

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}
