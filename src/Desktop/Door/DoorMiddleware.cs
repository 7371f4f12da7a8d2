using System.Globalization;

namespace Latchkey.Desktop.Door;

/// <summary>
/// Stands before everything else, the page's files and its WebSocket included: lets the app's own window in and nobody else.
/// </summary>
internal sealed class DoorMiddleware(RequestDelegate next, DoorKey key, ILogger<DoorMiddleware> logger)
{
    /// <summary>
    /// Goes on by itself. An HTTP redirect wouldn't do: a window that came from a page of its own (a browser's does) would be from another
    /// site all the way, and not get a strict cookie sent.
    /// </summary>
    private const string OnwardPage = """
        <!doctype html>
        <meta charset="utf-8">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="refresh" content="0; url=/">
        <link rel="icon" href="/icon.svg">
        <title>Starting</title>
        """;

    public Task InvokeAsync(HttpContext http)
    {
        var port = http.Connection.LocalPort;
        SecurityHeaders.Write(http.Response.Headers, port);
        var enters = HttpMethods.IsGet(http.Request.Method) && http.Request.Path == DoorRule.EnterPath;
        var asked = http.Request.Headers;
        var refusal = DoorRule.Refusal(port, Only(asked.Host), Only(asked.Origin), Only(asked["Sec-Fetch-Site"]), enters);
        if (refusal is not null)
        {
            return RefuseAsync(http, refusal);
        }

        if (enters)
        {
            return EnterAsync(http, port);
        }

        return key.IsSession(http.Request.Cookies[DoorRule.CookieName(port)]) ? next(http) : RefuseAsync(http, "no session");
    }

    private Task EnterAsync(HttpContext http, int port)
    {
        if (key.Exchange(Only(http.Request.Query["code"])) is not { } session)
        {
            return RefuseAsync(http, "a code that is wrong, used or old");
        }

        http.Response.Cookies.Append(DoorRule.CookieName(port), session, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            IsEssential = true,
        });
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(OnwardPage, http.RequestAborted);
    }

    private Task RefuseAsync(HttpContext http, string reason)
    {
        logger.Refused(reason, http.WebSockets.IsWebSocketRequest ? "WebSocket" : http.Request.Method);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(
            "This address belongs to the window of the Latchkey app. Start the app to open one.", http.RequestAborted);
    }

    /// <summary>The value of a header that is there once; a header that is there twice is no value of ours.</summary>
    private static string? Only(Microsoft.Extensions.Primitives.StringValues values) => values.Count switch
    {
        0 => null,
        1 => values[0],
        _ => string.Join(',', values.ToArray().Select(v => v ?? "")).ToString(CultureInfo.InvariantCulture),
    };
}
