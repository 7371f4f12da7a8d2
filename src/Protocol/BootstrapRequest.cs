namespace Latchkey.Protocol;

/// <summary>What a desktop sends to <c>POST /bootstrap</c> to get its first wrapper token.</summary>
public sealed record BootstrapRequest
{
    /// <summary>The shortest device id that is taken, in characters.</summary>
    public const int MinDeviceIdLength = 8;

    /// <summary>The longest device id that is taken, in characters.</summary>
    public const int MaxDeviceIdLength = 128;

    /// <summary>The longest of the optional texts, in characters.</summary>
    public const int MaxTextLength = 128;

    /// <summary>Stable id of the device, 8 to 128 printable ASCII characters; by convention a hash of the machine id.</summary>
    public required string DeviceId { get; init; }

    /// <summary>Version of the app that asks, for the operator's overview.</summary>
    public string? AppVersion { get; init; }

    /// <summary>Release channel of the app that asks.</summary>
    public string? AppChannel { get; init; }

    /// <summary>A code from an operator, where the gateway's enrolment mode asks for one.</summary>
    public string? EnrollmentCode { get; init; }
}
