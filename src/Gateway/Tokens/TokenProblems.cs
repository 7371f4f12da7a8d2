using System.Globalization;

namespace Latchkey.Gateway.Tokens;

/// <summary>The refusals of the token endpoints, as RFC 9457 problem details.</summary>
internal static class TokenProblems
{
    public static IResult Because(int status, string detail) => Results.Problem(detail, statusCode: status);

    public static IResult Unauthenticated(HttpContext http, string detail)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Results.Problem(detail, statusCode: StatusCodes.Status401Unauthorized);
    }

    /// <summary>The keys can't be had: the token may well be good, so the client must keep it.</summary>
    public static IResult Unavailable(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "5";
        return Results.Problem("The gateway can't check wrapper tokens right now.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>An operator has stopped the device; why is not the business of whoever says its name.</summary>
    public static IResult Stopped() => Results.Problem(
        "This device may not use this gateway. Its operator can let it in again.", statusCode: StatusCodes.Status403Forbidden);

    public static IResult TooMany(HttpContext http, TimeSpan pause)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Results.Problem($"Too many tokens were asked for. Try again in {seconds} s.", statusCode: StatusCodes.Status429TooManyRequests);
    }
}
