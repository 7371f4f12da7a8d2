using Latchkey.Protocol;

namespace Latchkey.Client.Settings;

/// <summary>Finds the settings: the environment first, then the person's file, then the machine's.</summary>
internal sealed class SettingsReader(Func<string, string?> environment, string machineFile)
{
    public LatchkeyOptions Read()
    {
        var folder = Text("LATCHKEY_HOME") ?? SettingsFile.PersonFolder();
        var personFile = Path.Combine(folder, SettingsFile.Name);
        var person = SettingsFile.Read(personFile);
        var machine = SettingsFile.Read(machineFile);

        // Address, health address and code belong together: they are taken from the one place that names the gateway.
        var (gateway, origin) =
            Text("PROXY_BOOTSTRAP_URL") is { } url ? (new SettingsFile { ProxyBootstrapUrl = url }, "environment")
            : person?.ProxyBootstrapUrl is not null ? (person, personFile)
            : machine?.ProxyBootstrapUrl is not null ? (machine, machineFile)
            : ((SettingsFile?)null, (string?)null);

        return new LatchkeyOptions
        {
            Enabled = Flag("ENABLE_PROXY") ?? person?.EnableProxy ?? machine?.EnableProxy ?? (gateway is not null && origin != "environment"),
            BootstrapUrl = Address(gateway?.ProxyBootstrapUrl, origin == "environment" ? "PROXY_BOOTSTRAP_URL" : $"proxy_bootstrap_url in {origin}"),
            HealthUrl = Text("PROXY_HEALTH_URL") is { } health
                ? Address(health, "PROXY_HEALTH_URL")
                : Address(gateway?.ProxyHealthUrl, $"proxy_health_url in {origin}"),
            EnrollmentCode = Text("LATCHKEY_ENROLLMENT_CODE") ?? gateway?.EnrollmentCode,
            OwnKey = Text("ANTHROPIC_API_KEY") is { } key && !key.StartsWith(WrapperToken.Prefix, StringComparison.Ordinal) ? key : null,
            Folder = folder,
            Store = Choice(Text("LATCHKEY_STORE"), "LATCHKEY_STORE") ?? Choice(person?.Store, $"store in {personFile}")
                ?? Choice(machine?.Store, $"store in {machineFile}") ?? SecretStoreChoice.Auto,
            Origin = origin,
        };
    }

    private string? Text(string name) => environment(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private bool? Flag(string name) => Text(name)?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "1" or "yes" or "on" => true,
        "false" or "0" or "no" or "off" => false,
        _ => throw new LatchkeySettingsException($"{name} should be true or false."),
    };

    private static Uri? Address(string? text, string where) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 ? address
        : throw new LatchkeySettingsException($"{where} should be an http or https address without a password, such as https://claude.example.com/bootstrap.");

    private static SecretStoreChoice? Choice(string? text, string where) => text?.ToLowerInvariant() switch
    {
        null => null,
        "auto" => SecretStoreChoice.Auto,
        "system" => SecretStoreChoice.System,
        "file" => SecretStoreChoice.File,
        _ => throw new LatchkeySettingsException($"{where} should be auto, system or file."),
    };
}
