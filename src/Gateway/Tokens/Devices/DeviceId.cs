using Latchkey.Protocol;

namespace Latchkey.Gateway.Tokens.Devices;

/// <summary>What a device may call itself.</summary>
internal static class DeviceId
{
    /// <summary>Null when the id is fine, else what is wrong with it.</summary>
    public static string? Problem(string id)
    {
        if (id.Length < BootstrapRequest.MinDeviceIdLength)
        {
            return $"device_id is too short: it needs at least {BootstrapRequest.MinDeviceIdLength} characters.";
        }

        if (id.Length > BootstrapRequest.MaxDeviceIdLength)
        {
            return $"device_id is too long: it may have at most {BootstrapRequest.MaxDeviceIdLength} characters.";
        }

        // It is shown to operators, stored and put into keys: nothing invisible, nothing that looks like something else.
        foreach (var c in id)
        {
            if (c is < '!' or > '~')
            {
                return char.IsControl(c)
                    ? "device_id contains a control character: only printable ASCII without spaces is allowed."
                    : "device_id contains a character that isn't allowed: only printable ASCII without spaces is.";
            }
        }

        return null;
    }
}
