using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.Tokens.Devices;
using Latchkey.Gateway.Tokens.Revocation;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Tokens.Refresh;

/// <summary><c>POST /refresh</c>: a wrapper token in force, or just run out, becomes a new one of the same session.</summary>
internal static class RefreshEndpoint
{
    /// <summary>How long a token may be over: a laptop's clock and a slow network shouldn't cost a new enrolment.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public static async Task<IResult> HandleAsync(
        HttpContext http,
        TokenThrottle throttle,
        WrapperTokenVerifier verifier,
        Revocations revocations,
        DeviceRegistry devices,
        WrapperTokenMint mint,
        TimeProvider time,
        ILogger<WrapperTokenMint> log)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (await throttle.TakeAsync(address, bootstrap: false, http.RequestAborted) is { } pause)
        {
            return TokenProblems.TooMany(http, pause);
        }

        if (AuthenticateStage.WrapperTokenOf(http.Request.Headers.Authorization, "Bearer ") is not { } token)
        {
            return TokenProblems.Unauthenticated(http, "Send the wrapper token as 'Authorization: Bearer'.");
        }

        var verification = verifier.Verify(token);
        if (verification is Verification.Unknown)
        {
            return TokenProblems.Unavailable(http);
        }

        var caller = verification switch
        {
            Verification.Valid valid => valid.Caller,
            Verification.Expired expired when time.GetUtcNow() < expired.Caller.ExpiresAt + Grace => expired.Caller,
            _ => null,
        };
        if (caller is null || revocations.Revokes(caller))
        {
            return TokenProblems.Unauthenticated(http, "The wrapper token isn't valid any more. Get a new one from POST /bootstrap.");
        }

        await devices.SeenAsync(
            new Device { Id = caller.DeviceId, UserId = caller.UserId, OrgId = caller.OrgId, EnrolledBy = "open" }, http.RequestAborted);
        log.Refreshed(caller.DeviceId, caller.SessionId);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(mint.Renew(caller), ProtocolJson.Default.TokenResponse);
    }
}
