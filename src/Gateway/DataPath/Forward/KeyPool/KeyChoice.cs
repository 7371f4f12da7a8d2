namespace Latchkey.Gateway.DataPath.Forward.KeyPool;

/// <summary>Why no key can be used now.</summary>
internal enum RestReason
{
    /// <summary>The upstream answered 401 or 403 to every key: the operator has to act.</summary>
    CredentialsRefused,
    /// <summary>At least one key is good and waits for its rate limit.</summary>
    RateLimited,
}

/// <summary>The answer to "which key for this call?".</summary>
internal abstract record KeyChoice
{
    private KeyChoice() { }

    /// <summary>This one. Hand it back to the pool's reports with what became of the call.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Refusals">How often the key had been refused when it was picked: an older call's end says nothing of a later refusal.</param>
    public sealed record Picked(UpstreamKey Key, long Refusals) : KeyChoice;

    /// <summary>Every key that wasn't excluded rests. <paramref name="Until"/> is when the first is back.</summary>
    public sealed record AllResting(DateTimeOffset Until, RestReason Because) : KeyChoice;

    /// <summary>Every key was excluded: this call has tried them all.</summary>
    public sealed record NoneLeft : KeyChoice;
}
