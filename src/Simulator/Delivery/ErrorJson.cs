namespace Latchkey.Simulator.Delivery;

/// <summary>The body of an error, in an answer of its own and in a stream alike.</summary>
internal static class ErrorJson
{
    public static ReadOnlyMemory<byte> Of(string type, string message, string? code, string requestId) =>
        JsonBytes.Of((type, message, code, requestId), static (json, error) =>
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteStartObject("error");
            json.WriteString("type", error.type);
            json.WriteString("message", error.message);
            if (error.code is not null)
            {
                json.WriteStartObject("details");
                json.WriteString("error_code", error.code);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteString("request_id", error.requestId);
            json.WriteEndObject();
        });
}
