namespace Latchkey.Client;

/// <summary>What a person or a user interface may know at one moment; replaced whole, never changed.</summary>
public sealed record LatchkeyStatus
{
    /// <summary>How this machine gets to Claude.</summary>
    public required LatchkeyState State { get; init; }

    /// <summary>The state in one sentence for a person, such as "Proxy is healthy and ready".</summary>
    public required string Message { get; init; }

    /// <summary>What the person can do about it; null when there is nothing to do.</summary>
    public string? Advice { get; init; }

    /// <summary>When this state began, by the local clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the token at hand stops working, by the gateway's clock; null without one.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where calls go; null when there is no way.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>True when the gateway answers and gives this device no token: waiting won't help, its administrator will.</summary>
    public bool IsRefusal { get; init; }
}
