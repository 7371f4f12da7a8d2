namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>How sure a row's figures are.</summary>
internal enum UsageQuality
{
    /// <summary>Nothing was used: the upstream wasn't asked, refused, or the call is free.</summary>
    None,

    /// <summary>The upstream's own final figures.</summary>
    Actual,

    /// <summary>The answer broke off: input as the upstream reported it, output estimated from what was delivered.</summary>
    Partial,

    /// <summary>The upstream was asked, but no figures could be read.</summary>
    Unread,
}
