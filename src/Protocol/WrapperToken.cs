namespace Latchkey.Protocol;

/// <summary>Facts of the wrapper token that server and clients share.</summary>
public static class WrapperToken
{
    /// <summary>
    /// Put before the token where a tool insists on something that looks like an Anthropic key. Either header takes the
    /// token with or without it.
    /// </summary>
    public const string Prefix = "sk-ant-proxy-";

    /// <summary>The JWT type (RFC 9068) of a wrapper token: no other kind of token of ours is taken in its place.</summary>
    public const string Type = "at+jwt";

    /// <summary>Issuer of every wrapper token.</summary>
    public const string Issuer = "latchkey";

    /// <summary>Audience of every wrapper token.</summary>
    public const string Audience = "latchkey-gateway";

    /// <summary>The longest token that is looked at, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Names of the claims of our own.</summary>
    public static class Claims
    {
        public const string DeviceId = "device_id";
        public const string UserId = "user_id";
        public const string OrgId = "org_id";
        public const string Models = "models";
        public const string RateLimit = "rate_limit";
        public const string SpendCap = "spend_cap";
        public const string SessionId = "sid";
        public const string Generation = "gen";
    }
}
