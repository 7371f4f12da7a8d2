namespace Latchkey.Gateway.Tokens.Devices;

/// <summary>A device, as far as the gateway has seen it: apart from its sessions and its tokens, which come and go.</summary>
internal sealed record Device
{
    public required string Id { get; init; }

    /// <summary>What it calls itself for people.</summary>
    public string? Name { get; init; }

    /// <summary>Such as <c>macos</c>: what it says, not what was checked.</summary>
    public string? Platform { get; init; }

    public string? AppVersion { get; init; }

    public string? AppChannel { get; init; }

    /// <summary>The person whose device it is, as its token says.</summary>
    public string? UserId { get; init; }

    /// <summary>That person's organisation, as its token says.</summary>
    public string? OrgId { get; init; }

    public DeviceState State { get; init; } = DeviceState.Active;

    /// <summary>Why the operator changed its state; null while nobody has.</summary>
    public string? StateReason { get; init; }

    public DateTimeOffset? StateChangedAt { get; init; }

    /// <summary>How it got its first token: <c>open</c>; null for one that was stopped before it was seen.</summary>
    public string? EnrolledBy { get; init; }

    /// <summary>Null when it was stopped before it was seen.</summary>
    public DateTimeOffset? FirstSeenAt { get; init; }

    /// <summary>When it last got a token, to the minute.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>Tokens that were made before aren't good any more; null when it was never revoked. Whole seconds.</summary>
    public DateTimeOffset? TokensNotBefore { get; init; }
}
