namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>How sure a row's figures are.</summary>
internal enum UsageQuality
{
    /// <summary>Nothing was used: the upstream wasn't asked, refused, or the call is free.</summary>
    None,

    /// <summary>The upstream's own final figures.</summary>
    Actual,

    /// <summary>Estimated as far as the upstream's own figures didn't come: the input from the request, the output from what was delivered.</summary>
    Estimated,
}
