namespace Latchkey.Client;

/// <summary>A way to Claude: an address and the key that it takes. Valid for the next call; ask again for the one after.</summary>
public sealed class LatchkeyAccess
{
    private readonly string _key;

    internal LatchkeyAccess(Uri baseUrl, string key, bool isDirect, DateTimeOffset? expiresAt, IReadOnlyList<string>? models = null)
    {
        BaseUrl = baseUrl;
        _key = key;
        IsDirect = isDirect;
        ExpiresAt = expiresAt;
        Models = models;
    }

    /// <summary>The base URL as <c>ANTHROPIC_BASE_URL</c> takes it, without <c>/v1</c>.</summary>
    public Uri BaseUrl { get; }

    /// <summary>True when the call goes to Anthropic with the person's own key, past the gateway.</summary>
    public bool IsDirect { get; }

    /// <summary>When the key stops working, by the gateway's clock; null for a key of the person's own.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>How long the key lived when it was issued; null for a key of the person's own.</summary>
    public TimeSpan? Lifetime { get; internal init; }

    /// <summary>
    /// The models that the token allows: ids, aliases or <c>*</c> suffix patterns, as the token itself says; null where it says nothing.
    /// Not verified here: the gateway decides.
    /// </summary>
    public IReadOnlyList<string>? Models { get; }

    /// <summary>The base URL as tools take it: without a slash at its end.</summary>
    public string BaseAddress => BaseUrl.AbsoluteUri.TrimEnd('/');

    /// <summary>
    /// The key as <c>ANTHROPIC_API_KEY</c> takes it: the wrapper token behind <see cref="Protocol.WrapperToken.Prefix"/>, or the person's own key.
    /// </summary>
    public string RevealKey() => _key;

    /// <summary>Never shows the key.</summary>
    public override string ToString() => IsDirect ? $"direct to {BaseAddress}" : $"{BaseAddress} until {ExpiresAt:O}";
}
