using System.Text.Json.Serialization;
using Latchkey.Gateway.Tokens.Devices;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Devices;

/// <summary>A device, as operators see it.</summary>
internal sealed record DeviceAnswer
{
    public required string DeviceId { get; init; }

    /// <summary>Where it is found and changed.</summary>
    public required string Path { get; init; }

    public string? Name { get; init; }

    public string? Platform { get; init; }

    public string? AppVersion { get; init; }

    public string? AppChannel { get; init; }

    public string? UserId { get; init; }

    public string? OrgId { get; init; }

    public required string State { get; init; }

    public string? StateReason { get; init; }

    public string? StateChangedAt { get; init; }

    public string? EnrolledBy { get; init; }

    public string? FirstSeenAt { get; init; }

    public string? LastSeenAt { get; init; }

    /// <summary>Calls that the change has cut; in answers to a change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CallsCut { get; init; }

    public static DeviceAnswer Of(Device device, int? cut = null) => new()
    {
        DeviceId = device.Id,
        Path = DeviceAddress.PathOf(device.Id),
        Name = device.Name,
        Platform = device.Platform,
        AppVersion = device.AppVersion,
        AppChannel = device.AppChannel,
        UserId = device.UserId,
        OrgId = device.OrgId,
        State = NameOf(device.State),
        StateReason = device.StateReason,
        StateChangedAt = Instant(device.StateChangedAt),
        EnrolledBy = device.EnrolledBy,
        FirstSeenAt = Instant(device.FirstSeenAt),
        LastSeenAt = Instant(device.LastSeenAt),
        CallsCut = cut,
    };

    public static string NameOf(DeviceState state) => state.ToString().ToLowerInvariant();

    private static string? Instant(DateTimeOffset? at) => at is { } instant ? ProtocolJson.Instant(instant) : null;
}

/// <summary>Answer of <c>GET /admin/devices</c>.</summary>
/// <param name="Devices">By id, bytes compared.</param>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
internal sealed record DeviceList(IReadOnlyList<DeviceAnswer> Devices, string? NextCursor);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DeviceAnswer))]
[JsonSerializable(typeof(DeviceList))]
internal sealed partial class DeviceJson : JsonSerializerContext;
