using System.Text.Json.Serialization;

namespace Latchkey.Client.Tokens;

/// <summary>
/// A wrapper token as this machine keeps it. Its age is counted from the moment it came, by the local clock, and its life is what the gateway's
/// own clock gave it: so a local clock that is wrong does no harm.
/// </summary>
internal sealed record HeldToken
{
    /// <summary>The gateway counts in whole seconds, and a call takes its time to arrive.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>Whose token it is: the address that it was asked for at. It is told to no other.</summary>
    public required Uri Gateway { get; init; }

    public required string Token { get; init; }

    public required Uri BaseUrl { get; init; }

    /// <summary>When it ends, by the gateway's clock; for people.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it came, by the local clock.</summary>
    public required DateTimeOffset ObtainedAt { get; init; }

    /// <summary>How long it lived when it came.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>The age at which it is due for renewal.</summary>
    public required TimeSpan RenewAfter { get; init; }

    /// <summary>What renews it, where the gateway gave such a thing; else the token itself does.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>True while a call may still be made with it. A clock that was set back says nothing about it: then it is due, not dead.</summary>
    public bool IsUsable(DateTimeOffset now) => Age(now) < Lifetime - Min(Margin, Lifetime / 10);

    /// <summary>True when it should be renewed.</summary>
    public bool IsDue(DateTimeOffset now) => Age(now) >= RenewAfter || Age(now) < TimeSpan.Zero;

    /// <summary>How long until it is due; nothing when it is.</summary>
    public TimeSpan UntilDue(DateTimeOffset now) => IsDue(now) ? TimeSpan.Zero : RenewAfter - Age(now);

    public override string ToString() => $"token for {BaseUrl} until {ExpiresAt:O}";

    private TimeSpan Age(DateTimeOffset now) => now - ObtainedAt;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HeldToken))]
internal sealed partial class HeldTokenJson : JsonSerializerContext;
