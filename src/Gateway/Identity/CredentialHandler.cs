using System.Security.Claims;
using System.Text.Encodings.Web;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.Identity.Operators;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Identity;

/// <summary>Who calls an endpoint beside the data path: an operator by credential, a device by wrapper token, in <c>Authorization: Bearer</c> or <c>x-api-key</c>.</summary>
internal sealed class CredentialHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    OperatorCredential operators,
    AuthenticateStage devices)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    // A handler serves one request.
    private bool _keysAreAway;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (OperatorCredentialOf(Request) is { } presented && operators.Is(presented))
        {
            return Task.FromResult(Success(new Claim(ClaimTypes.Role, Access.Operator)));
        }

        var (caller, refusal) = devices.Identify(Context);
        _keysAreAway = refusal is { Status: StatusCodes.Status503ServiceUnavailable };
        Context.Features.Set(caller);
        return Task.FromResult(caller is null
            ? AuthenticateResult.NoResult()
            : Success(new Claim(ClaimTypes.Role, Access.DeviceOrOperator), new Claim(Access.DeviceClaim, caller.DeviceId)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_keysAreAway)
        {
            Response.Headers.RetryAfter = "5";
            await Results.Problem("The gateway can't check wrapper tokens right now.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(Context);
            return;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        await Results.Problem("Send an operator credential or a wrapper token as 'Authorization: Bearer'.", statusCode: StatusCodes.Status401Unauthorized)
            .ExecuteAsync(Context);
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        await Results.Problem("This needs an operator credential.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(Context);

    private static string? OperatorCredentialOf(HttpRequest request)
    {
        if (request.Headers.Authorization is [{ } bearer] && bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return bearer["Bearer ".Length..].Trim();
        }

        return request.Headers["x-api-key"] is [{ } key] ? key : null;
    }

    private static AuthenticateResult Success(params Claim[] claims) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Access.Scheme)), Access.Scheme));
}
