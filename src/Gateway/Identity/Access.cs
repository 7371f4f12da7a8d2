using Latchkey.Gateway.DataPath.Authenticate;

namespace Latchkey.Gateway.Identity;

/// <summary>Names of who may call an endpoint. An endpoint that says nothing lets nobody in.</summary>
internal static class Access
{
    /// <summary>The authentication scheme: operator credential or wrapper token.</summary>
    public const string Scheme = "Latchkey";

    /// <summary>Operators only.</summary>
    public const string Operator = "operator";

    /// <summary>Operators see everything, a device its own.</summary>
    public const string DeviceOrOperator = "device-or-operator";

    /// <summary>Claim with the id of the device that calls.</summary>
    public const string DeviceClaim = "device_id";

    /// <summary>The device that calls, or null for an operator.</summary>
    public static string? DeviceOf(HttpContext http) => http.User.FindFirst(DeviceClaim)?.Value;

    /// <summary>All that the calling device's token says, or null for an operator.</summary>
    public static Caller? CallerOf(HttpContext http) => http.Features.Get<Caller>();
}
