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

    public static IResult TooMany(HttpContext http, TimeSpan pause)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Results.Problem($"Too many tokens were asked for. Try again in {seconds} s.", statusCode: StatusCodes.Status429TooManyRequests);
    }
}
