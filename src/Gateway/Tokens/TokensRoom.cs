using System.Net;
using System.Security.Cryptography;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.Tokens.Bootstrap;
using Latchkey.Gateway.Tokens.Devices;
using Latchkey.Gateway.Tokens.Refresh;
using Latchkey.Gateway.Tokens.Revocation;
using Latchkey.Gateway.Tokens.SigningKeys;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Tokens;

/// <summary>The room Tokens: hands out and renews wrapper tokens, and knows the devices that have them, takes them back, and keeps the key that signs them.</summary>
internal static class TokensRoom
{
    /// <param name="services">The gateway's services.</param>
    /// <param name="openOn">The address that enrolment is open on to other machines; null when it isn't.</param>
    public static void AddTokens(this IServiceCollection services, IPAddress? openOn)
    {
        services.AddOptions<TokenOptions>().BindConfiguration(TokenOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<TokenOptions>, TokenOptionsValidator>();
        services.TryAddSingleton<IVerificationKeys>(s => s.GetRequiredService<SigningKeyRing>());
        services.TryAddSingleton<Revocations>();
        services.TryAddSingleton<IRevocations>(s => s.GetRequiredService<Revocations>());
        services.TryAddSingleton<RevocationKeeper>();
        services.AddHostedService(s => s.GetRequiredService<RevocationKeeper>());
        services.TryAddSingleton<DeviceRegistry>();
        services.TryAddSingleton<WrapperTokenMint>();
        services.TryAddSingleton<TokenThrottle>();
        if (openOn is not null)
        {
            services.AddHostedService(s => ActivatorUtilities.CreateInstance<OpenEnrollmentReminder>(s, openOn.ToString()));
        }
    }

    public static void MapTokens(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/bootstrap", BootstrapEndpoint.HandleAsync).AllowAnonymous();
        endpoints.MapPost("/refresh", RefreshEndpoint.HandleAsync).AllowAnonymous();
    }

    /// <summary>The secret that was configured or, in development, one that is generated once and kept.</summary>
    /// <param name="configured">JWT_SECRET.</param>
    /// <param name="development">Whether one may be generated.</param>
    /// <param name="kept">The one that was generated before, if any.</param>
    /// <param name="keep">Keeps a generated one.</param>
    public static string SecretOf(string? configured, bool development, string? kept, Action<string> keep)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return configured;
        }

        if (!development)
        {
            throw new SettingException("JWT_SECRET is missing: it signs wrapper tokens. Make one with: openssl rand -base64 48");
        }

        if (!string.IsNullOrEmpty(kept))
        {
            return kept;
        }

        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));
        keep(secret);
        return secret;
    }
}
