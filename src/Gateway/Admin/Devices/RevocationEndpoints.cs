using System.Data.Common;
using System.Text.Json.Serialization;
using Latchkey.Gateway.Identity;
using Latchkey.Gateway.Tokens.Revocation;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Devices;

/// <summary>Operators take back a session's tokens, or all there are; a device's are in <c>/admin/devices</c>.</summary>
internal static class RevocationEndpoints
{
    private const int MaxSession = 64;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/admin/sessions/{sid}/revoke", RevokeSessionAsync).RequireAuthorization(Access.Operator);
        endpoints.MapPost("/admin/tokens/revoke-all", RevokeAllAsync).RequireAuthorization(Access.Operator);
    }

    private static async Task<IResult> RevokeSessionAsync(HttpContext http, string sid, RevocationKeeper keeper)
    {
        if (sid.Length > MaxSession || !sid.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            return Results.Problem("There is no such session.", statusCode: StatusCodes.Status404NotFound);
        }

        var (reason, problem) = await ReasonBody.ReadAsync(http);
        if (reason is null)
        {
            return problem!;
        }

        try
        {
            return Results.Json(
                new SessionRevokedAnswer(sid, await keeper.RevokeSessionAsync(sid, reason)), RevocationJson.Default.SessionRevokedAnswer);
        }
        catch (DbException)
        {
            return ReasonBody.Unwritten();
        }
    }

    private static async Task<IResult> RevokeAllAsync(HttpContext http, RevocationKeeper keeper)
    {
        var (reason, problem) = await ReasonBody.ReadAsync(http);
        if (reason is null)
        {
            return problem!;
        }

        try
        {
            var (notBefore, cut) = await keeper.RevokeAllAsync(reason);
            return Results.Json(new TokensRevokedAnswer(ProtocolJson.Instant(notBefore), cut), RevocationJson.Default.TokensRevokedAnswer);
        }
        catch (DbException)
        {
            return ReasonBody.Unwritten();
        }
    }
}

/// <summary>A session was taken back.</summary>
/// <param name="SessionId">Which.</param>
/// <param name="CallsCut">Calls of it that were under way.</param>
internal sealed record SessionRevokedAnswer(string SessionId, int CallsCut);

/// <summary>All tokens were taken back.</summary>
/// <param name="NotBefore">From when on tokens count.</param>
/// <param name="CallsCut">Calls that were under way.</param>
internal sealed record TokensRevokedAnswer(string NotBefore, int CallsCut);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionRevokedAnswer))]
[JsonSerializable(typeof(TokensRevokedAnswer))]
internal sealed partial class RevocationJson : JsonSerializerContext;
