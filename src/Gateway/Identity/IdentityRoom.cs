using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Latchkey.Gateway.Identity;

/// <summary>The room Identity: who may call what beside the data path. Default deny.</summary>
internal static class IdentityRoom
{
    public static void AddIdentity(this IServiceCollection services)
    {
        // Not AddAuthentication: it would bring a key ring for cookies, kept in the user's home, that nothing here needs.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = Access.Scheme);
        services.AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, CredentialHandler>(Access.Scheme, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Access.Operator, p => p.RequireRole(Access.Operator))
            .AddPolicy(Access.DeviceOrOperator, p => p.RequireRole(Access.Operator, Access.DeviceOrOperator))
            // An endpoint that forgot to say who may call it is the operator's: a new route is never open by accident.
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(Access.Scheme).RequireRole(Access.Operator).Build());
    }
}
