using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Latchkey.Claude;

/// <summary>Claude's errors: their types, which status they go with, and the one shape that every client understands.</summary>
public static class ClaudeErrors
{
    public const string InvalidRequest = "invalid_request_error";
    public const string Authentication = "authentication_error";
    public const string Billing = "billing_error";
    public const string Permission = "permission_error";
    public const string NotFound = "not_found_error";
    public const string Conflict = "conflict_error";
    public const string RequestTooLarge = "request_too_large";
    public const string RateLimit = "rate_limit_error";
    public const string NotSupported = "not_supported";
    public const string Api = "api_error";
    public const string Timeout = "timeout_error";
    public const string Overloaded = "overloaded_error";

    /// <summary>A gateway's own "no": Claude Code shows its message and doesn't ask again.</summary>
    public const string PolicyBlocked = "policy_blocked";

    /// <summary>Not on the wire: the upstream sent an error whose type could not be read.</summary>
    public const string Unreadable = "unreadable_error";

    // The answer is application/json, never HTML: quotes and backticks in messages stay readable.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The type that the API answers with this status; a status that it doesn't list gets its class's general type.</summary>
    public static string TypeOf(int status) => status switch
    {
        401 => Authentication,
        402 => Billing,
        403 => Permission,
        404 => NotFound,
        408 or 504 => Timeout,
        409 => Conflict,
        413 => RequestTooLarge,
        429 => RateLimit,
        501 => NotSupported,
        529 => Overloaded,
        >= 400 and < 500 => InvalidRequest,
        _ => Api,
    };

    /// <summary>The status that goes with a type; 500 for an unknown one. (A used-up budget is a <see cref="Billing"/> sent as 429: say so yourself.)</summary>
    public static int StatusOf(string type) => type switch
    {
        InvalidRequest or PolicyBlocked => 400,
        Authentication => 401,
        Billing => 402,
        Permission => 403,
        NotFound => 404,
        Conflict => 409,
        RequestTooLarge => 413,
        RateLimit => 429,
        NotSupported => 501,
        Timeout => 504,
        Overloaded => 529,
        _ => 500,
    };

    /// <summary>Writes an error body in the API's exact shape.</summary>
    /// <param name="output">Gets the JSON, UTF-8.</param>
    /// <param name="type">One of the constants here.</param>
    /// <param name="message">For people; no secrets.</param>
    /// <param name="requestId">Our id of the request; null leaves it out.</param>
    /// <param name="errorCode"><c>details.error_code</c>; null leaves the details out.</param>
    public static void Write(IBufferWriter<byte> output, string type, string message, string? requestId = null, string? errorCode = null)
    {
        using var json = new Utf8JsonWriter(output, WriterOptions);
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, type);
        json.WriteString("message"u8, message);
        if (errorCode is not null)
        {
            json.WriteStartObject("details"u8);
            json.WriteString("error_code"u8, errorCode);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        if (requestId is not null)
        {
            json.WriteString("request_id"u8, requestId);
        }
        json.WriteEndObject();
    }

    /// <summary>Writes an <c>event: error</c> frame, for a stream that has begun and can't go on. Parameters as in <see cref="Write"/>.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, string type, string message, string? requestId = null, string? errorCode = null)
    {
        ArgumentNullException.ThrowIfNull(output);

        // The writer escapes line breaks, so the JSON is always one data line.
        output.Write("event: error\ndata: "u8);
        Write(output, type, message, requestId, errorCode);
        output.Write("\n\n"u8);
    }

    /// <summary>Reads the type out of an error body or an error event's data. Never throws; false if there is none.</summary>
    /// <param name="body">JSON, UTF-8; anything else gives false.</param>
    /// <param name="type">As in the body, known here or not.</param>
    /// <param name="errorCode"><c>details.error_code</c>, or null.</param>
    public static bool TryReadType(ReadOnlySpan<byte> body, [NotNullWhen(true)] out string? type, out string? errorCode)
    {
        (type, errorCode) = (null, null);
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }
            while (reader.NextProperty())
            {
                if (reader.ValueTextEquals("error"u8))
                {
                    reader.Read();
                    (type, errorCode) = ReadErrorObject(ref reader);
                }
                else
                {
                    reader.SkipValue();
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            (type, errorCode) = (null, null);
        }
        return type is not null;
    }

    /// <summary>Reads the object under <c>error</c> that the reader stands on.</summary>
    internal static (string? Type, string? Code) ReadErrorObject(ref Utf8JsonReader reader)
    {
        string? type = null;
        string? code = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return (null, null);
        }
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = reader.ReadText();
            }
            else if (!reader.ValueTextEquals("details"u8))
            {
                reader.SkipValue();
            }
            else if (reader.EntersObject())
            {
                while (reader.NextProperty())
                {
                    if (reader.ValueTextEquals("error_code"u8))
                    {
                        code = reader.ReadText();
                    }
                    else
                    {
                        reader.SkipValue();
                    }
                }
            }
        }
        return (type, code);
    }
}
