using System.Text;

namespace Latchkey.Simulator.Calls;

/// <summary>Errors in Anthropic's shape.</summary>
internal static class ApiErrors
{
    public static Answer Invalid(string message) => Of(400, "invalid_request_error", message);

    public static Answer Unauthenticated(string message) => Of(401, "authentication_error", message);

    public static Answer NotFound(string message) => Of(404, "not_found_error", message);

    public static Answer TooLarge() => Of(413, "request_too_large", "Request exceeds the maximum size");

    public static Answer Of(int status, string type, string message, string? code = null) =>
        new Answer.Error(type, message, code) { Status = status };

    public static Answer Html(int status, string message) =>
        new Answer.Body(Encoding.UTF8.GetBytes(
            $"""
            <html>
            <head><title>{status} {message}</title></head>
            <body>
            <center><h1>{status} {message}</h1></center>
            <hr><center>cloudflare</center>
            </body>
            </html>

            """), "text/html")
        {
            Status = status,
        };

    /// <summary>The type that the API gives to a status.</summary>
    public static string TypeOf(int status) => status switch
    {
        400 or 422 => "invalid_request_error",
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        501 => "not_supported",
        504 => "timeout_error",
        529 => "overloaded_error",
        _ => status < 500 ? "invalid_request_error" : "api_error",
    };

    public static string MessageOf(string type) => type switch
    {
        "authentication_error" => "invalid x-api-key",
        "billing_error" => "Your credit balance is too low to access the Anthropic API.",
        "permission_error" => "Your API key does not have permission to use the specified resource.",
        "not_found_error" => "The requested resource could not be found.",
        "request_too_large" => "Request exceeds the maximum size",
        "rate_limit_error" => "This request would exceed your organization's rate limit.",
        "timeout_error" => "The request timed out.",
        "overloaded_error" => "Overloaded",
        "api_error" => "Internal server error",
        _ => "The request is not valid.",
    };
}
