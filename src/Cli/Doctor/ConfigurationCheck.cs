using Latchkey.Cli.Login;

namespace Latchkey.Cli.Doctor;

/// <summary>Is a gateway configured, and where?</summary>
internal sealed class ConfigurationCheck : IDoctorCheck
{
    public string Name => "Configuration";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.Gateway is not { } gateway)
        {
            patient.IsCutOff = true;
            return await patient.Session.Client.HasOwnKeyAsync(cancellationToken).ConfigureAwait(false)
                ? new Finding.Doubtful("No gateway; calls go to Anthropic with your own key.", "To use a gateway: latchkey login https://your-gateway")
                : new Finding.Broken("No gateway is configured, and there is no key of your own.", "latchkey login https://your-gateway");
        }

        var text = $"{gateway}, from {StatusReport.Origin(patient.Options)}";
        return gateway is { Scheme: "http", IsLoopback: false }
            ? new Finding.Doubtful($"{text}, without encryption", "Ask your administrator for its https address.")
            : new Finding.Fine(text);
    }
}
