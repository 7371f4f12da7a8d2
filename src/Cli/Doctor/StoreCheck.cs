using Latchkey.Client;

namespace Latchkey.Cli.Doctor;

/// <summary>Can secrets be kept?</summary>
internal sealed class StoreCheck : IDoctorCheck
{
    public string Name => "Secrets";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            var hasKey = await patient.Session.Client.HasOwnKeyAsync(cancellationToken).ConfigureAwait(false);
            return new Finding.Fine($"{patient.Session.Client.StoreDescription}{(hasKey ? "; there is a key of your own" : "")}");
        }
        catch (SecretStoreException e)
        {
            return new Finding.Broken(e.Message, "Unlock it, or set LATCHKEY_STORE=file.");
        }
    }
}
