namespace Latchkey.Gateway.Listener;

/// <summary>
/// Refuses requests whose end two parsers could see in different places (RFC 9112, 6.3 and 11.2), where Kestrel is more
/// generous than the strictest proxy in front of it may be, and those that ask to leave HTTP.
/// </summary>
internal static class RequestFraming
{
    /// <summary>Where Kestrel puts a Content-Length that came beside a Transfer-Encoding.</summary>
    private const string DisplacedLength = "X-Content-Length";

    /// <summary>Null when the request has one reading, else what is wrong with it.</summary>
    public static string? Problem(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers.TransferEncoding is { Count: > 0 } coding)
        {
            if (!HttpProtocol.IsHttp11(request.Protocol))
            {
                return $"{request.Protocol} knows no transfer-encoding.";
            }

            if (coding is not [{ } only] || !only.Trim().Equals("chunked", StringComparison.OrdinalIgnoreCase))
            {
                return "The only transfer-encoding is chunked, once.";
            }

            if (headers.ContainsKey(DisplacedLength))
            {
                return "Send content-length or transfer-encoding, not both.";
            }
        }

        return headers.Upgrade.Count > 0 ? "This gateway doesn't change protocols: send no upgrade." : null;
    }
}
