namespace Latchkey.Gateway.Tokens.Revocation;

/// <summary>Keeps which sessions were taken back, and since when tokens count at all. The room Storage implements it.</summary>
internal interface IRevocationStore
{
    /// <summary>Sessions that were taken back since then.</summary>
    Task<IReadOnlyList<string>> SessionsAsync(DateTimeOffset since, CancellationToken cancellation);

    /// <summary>Tokens that were made before aren't good; null when all are. Whole seconds.</summary>
    Task<DateTimeOffset?> NotBeforeAsync(CancellationToken cancellation);

    /// <summary>Takes back a session, and tells it outside, in one transaction; durable when it completes. Twice changes nothing.</summary>
    /// <param name="session">Its id.</param>
    /// <param name="reason">Why, in the operator's words.</param>
    /// <param name="at">When.</param>
    /// <param name="forgetBefore">Those that were taken back earlier have no token left, and are forgotten.</param>
    /// <param name="cancellation">Gives up.</param>
    Task RevokeSessionAsync(string session, string reason, DateTimeOffset at, DateTimeOffset forgetBefore, CancellationToken cancellation);

    /// <summary>Takes back every token made before, and tells it outside, in one transaction; durable when it completes.</summary>
    Task RevokeAllAsync(DateTimeOffset notBefore, string reason, DateTimeOffset at, CancellationToken cancellation);
}
