using Latchkey.Cli.Output;
using Latchkey.Client;

namespace Latchkey.Cli.Doctor;

/// <summary>Does the gateway give this device a token?</summary>
internal sealed class TokenCheck : IDoctorCheck
{
    public string Name => "Token";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            var access = await patient.Session.Client.GetAccessAsync(cancellationToken).ConfigureAwait(false);
            patient.Access = access;
            return access.IsDirect
                ? new Finding.Doubtful(
                    "none; calls go to Anthropic with your own key",
                    patient.Gateway is null ? "That is meant, without a gateway." : "Mend what is said above.")
                : new Finding.Fine(
                    $"until {Instants.Text(access.ExpiresAt!.Value, patient.Time)}{Life(access)}, device {patient.Session.Client.DeviceId}");
        }
        catch (LatchkeyException e)
        {
            return new Finding.Broken(e.Status.Message, e.Status.Advice ?? "Mend what is said above.");
        }
    }

    private static string Life(LatchkeyAccess access) => access.Lifetime is { } life ? $" of {Instants.Length(life)}" : "";
}
