using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Protocol;
using Microsoft.Extensions.Primitives;

namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>2 Authenticate: whose wrapper token is this, and is it still valid?</summary>
internal sealed class AuthenticateStage(WrapperTokenVerifier verifier, IRevocations revocations, RunningExchanges running)
{
    private const string Bearer = "Bearer ";

    /// <summary>
    /// The caller, or the refusal. Tools send the token in <c>Authorization</c>, in <c>x-api-key</c>, or, with two
    /// sources configured, something different in each: of what looks like ours, exactly one identity must be valid.
    /// </summary>
    public (Caller? Caller, Refusal? Refusal) Identify(HttpContext http)
    {
        var headers = http.Request.Headers;
        if (headers.Authorization.Count > 1 || headers["x-api-key"].Count > 1)
        {
            return (null, Refusal.BadCredential());
        }

        var fromBearer = WrapperTokenOf(headers.Authorization, Bearer);
        var fromApiKey = WrapperTokenOf(headers["x-api-key"], scheme: "");
        if (fromBearer is null && fromApiKey is null)
        {
            return (null, HasCredential(headers) ? Refusal.BadCredential() : Refusal.NoCredential());
        }

        if (fromApiKey is null || fromApiKey == fromBearer)
        {
            return Decide(Verify(fromBearer!));
        }

        if (fromBearer is null)
        {
            return Decide(Verify(fromApiKey));
        }

        return (Verify(fromBearer), Verify(fromApiKey)) switch
        {
            (Verification.Valid a, Verification.Valid b) when a.Caller.DeviceId != b.Caller.DeviceId || a.Caller.UserId != b.Caller.UserId
                => (null, Refusal.TwoIdentities()),
            (Verification.Valid a, _) => (a.Caller, null),
            (_, Verification.Valid b) => (b.Caller, null),
            (Verification.Unknown, _) or (_, Verification.Unknown) => (null, Refusal.KeysUnavailable()),
            (Verification.Expired, _) or (_, Verification.Expired) => (null, Refusal.ExpiredCredential()),
            _ => (null, Refusal.BadCredential()),
        };
    }

    /// <summary>Follows an exchange from now on; null when its caller's token was taken back since it was identified.</summary>
    public RunningExchange? Follow(Caller caller) => running.Enter(caller);

    /// <summary>The token in a header's one value when it looks like one of ours; null for anything else, two values included.</summary>
    public static string? WrapperTokenOf(StringValues header, string scheme)
    {
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var token = value.AsSpan(scheme.Length).Trim(' ');
        if (token.StartsWith(WrapperToken.Prefix, StringComparison.Ordinal))
        {
            return token[WrapperToken.Prefix.Length..].ToString();
        }

        // Somebody's own Anthropic key has no dots; a JWT starts with an encoded '{"'.
        return token.StartsWith("ey", StringComparison.Ordinal) && token.Contains('.') ? token.ToString() : null;
    }

    /// <summary>One that was taken back is worth as much as one that was made up.</summary>
    private Verification Verify(string token) =>
        verifier.Verify(token) is var seen && seen is Verification.Valid { Caller: var caller } && revocations.Revokes(caller)
            ? new Verification.Invalid("revoked")
            : seen;

    private static (Caller? Caller, Refusal? Refusal) Decide(Verification verification) => verification switch
    {
        Verification.Valid valid => (valid.Caller, null),
        Verification.Expired => (null, Refusal.ExpiredCredential()),
        Verification.Unknown => (null, Refusal.KeysUnavailable()),
        _ => (null, Refusal.BadCredential()),
    };

    private static bool HasCredential(IHeaderDictionary headers) =>
        !StringValues.IsNullOrEmpty(headers.Authorization) || !StringValues.IsNullOrEmpty(headers["x-api-key"]);
}
