using System.Globalization;

namespace Latchkey.Desktop.Door;

/// <summary>What every answer tells the web view: nothing from elsewhere, nothing inline, no frames.</summary>
internal static class SecurityHeaders
{
    public static void Write(IHeaderDictionary headers, int port)
    {
        // Not every engine takes a WebSocket for 'self'.
        var socket = string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{port}");
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self' {socket}; "
            + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), clipboard-read=()";
    }
}
