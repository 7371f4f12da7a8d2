using Latchkey.Client.Settings;
using Latchkey.Protocol;

namespace Latchkey.Client;

/// <summary>
/// What a desktop needs to know. <see cref="Load"/> reads it from the environment, from the person's settings and from the ones that an
/// administrator put on the machine, in this order.
/// </summary>
public sealed class LatchkeyOptions
{
    /// <summary>Use the gateway; else Anthropic directly. <c>ENABLE_PROXY</c>; false by default, true where a settings file names a gateway.</summary>
    public bool Enabled { get; set; }

    /// <summary>The gateway's <c>/bootstrap</c>: an absolute http or https address. <c>PROXY_BOOTSTRAP_URL</c>; needed when <see cref="Enabled"/>.</summary>
    public Uri? BootstrapUrl { get; set; }

    /// <summary>The gateway's <c>/healthz</c>. <c>PROXY_HEALTH_URL</c>; by default beside <see cref="BootstrapUrl"/>.</summary>
    public Uri? HealthUrl { get; set; }

    /// <summary>A code from the operator, where the gateway asks for one at the first bootstrap. <c>LATCHKEY_ENROLLMENT_CODE</c>; none by default.</summary>
    public string? EnrollmentCode { get; set; }

    /// <summary>Version of the app, up to 128 characters, told to the gateway at bootstrap.</summary>
    public string? AppVersion { get; set; }

    /// <summary>Release channel of the app, up to 128 characters, told to the gateway at bootstrap.</summary>
    public string? AppChannel { get; set; }

    /// <summary>
    /// The person's own Anthropic key, for when the gateway is off or can't be reached. <c>ANTHROPIC_API_KEY</c>; by default the one that
    /// <see cref="LatchkeyClient.KeepOwnKeyAsync"/> kept, if any.
    /// </summary>
    public string? OwnKey { get; set; }

    /// <summary>Where calls with one's own key go.</summary>
    public Uri DirectBaseUrl { get; set; } = new("https://api.anthropic.com");

    /// <summary>
    /// The folder of this person's settings, lock and, where the system has no store of its own, secrets. <c>LATCHKEY_HOME</c>; by default
    /// <c>~/.local/share/latchkey</c>, <c>~/Library/Application Support/Latchkey</c> or <c>%LOCALAPPDATA%\Latchkey</c>.
    /// </summary>
    public string Folder { get; set; } = SettingsFile.PersonFolder();

    /// <summary>Where secrets are kept. <c>LATCHKEY_STORE</c>: <c>auto</c> (default), <c>system</c> or <c>file</c>.</summary>
    public SecretStoreChoice Store { get; set; }

    /// <summary>How often a token is looked at, at least; 30 minutes by default. It is looked at earlier when it is due earlier.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A token with less than this left is renewed; 1 hour by default, or half of a shorter lifetime.</summary>
    public TimeSpan RenewBefore { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the gateway may take to say that it is healthy; 5 seconds by default.</summary>
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the gateway may take to answer <c>/bootstrap</c> and <c>/refresh</c>; 10 seconds by default.</summary>
    public TimeSpan TokenTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where this setting came from, for <c>doctor</c>: "environment", a file's path, or null when nothing configures a gateway.</summary>
    public string? Origin { get; internal set; }

    /// <summary>Reads the environment, the person's <c>latchkey.json</c> and the machine's.</summary>
    /// <exception cref="LatchkeySettingsException">A value can't be used; the message names it and where it stands.</exception>
    public static LatchkeyOptions Load() => new SettingsReader(Environment.GetEnvironmentVariable, SettingsFile.MachinePath()).Read();

    /// <summary>Where health is asked: <see cref="HealthUrl"/>, or <c>healthz</c> beside <see cref="BootstrapUrl"/>.</summary>
    internal Uri HealthAddress => HealthUrl ?? new Uri(BootstrapUrl!, "healthz");

    /// <summary>Where tokens are renewed: <c>refresh</c> beside <see cref="BootstrapUrl"/>.</summary>
    internal Uri RefreshAddress => new(BootstrapUrl!, "refresh");

    /// <exception cref="LatchkeySettingsException">A value is out of its range, or one that is needed isn't there.</exception>
    internal void Validate()
    {
        if (Enabled && BootstrapUrl is null)
        {
            throw new LatchkeySettingsException("ENABLE_PROXY is on, but PROXY_BOOTSTRAP_URL names no gateway.");
        }

        foreach (var (address, name) in ((Uri?, string)[])[(BootstrapUrl, nameof(BootstrapUrl)), (HealthUrl, nameof(HealthUrl)), (DirectBaseUrl, nameof(DirectBaseUrl))])
        {
            if (address is { } uri && (!uri.IsAbsoluteUri || uri.Scheme is not ("http" or "https")))
            {
                throw new LatchkeySettingsException($"{name} should be an absolute http or https address.");
            }
        }

        foreach (var (span, name) in ((TimeSpan, string)[])[
            (LookEvery, nameof(LookEvery)), (RenewBefore, nameof(RenewBefore)), (HealthTimeout, nameof(HealthTimeout)), (TokenTimeout, nameof(TokenTimeout))])
        {
            if (span <= TimeSpan.Zero || span > TimeSpan.FromDays(1))
            {
                throw new LatchkeySettingsException($"{name} should be more than nothing and at most a day.");
            }
        }

        foreach (var (text, name) in ((string?, string)[])[(AppVersion, nameof(AppVersion)), (AppChannel, nameof(AppChannel)), (EnrollmentCode, nameof(EnrollmentCode))])
        {
            if (text?.Length > BootstrapRequest.MaxTextLength)
            {
                throw new LatchkeySettingsException($"{name} should have at most {BootstrapRequest.MaxTextLength} characters.");
            }
        }
    }
}

/// <summary>Where secrets are kept.</summary>
public enum SecretStoreChoice
{
    /// <summary>The system's own store where it can be used, files that only the person reads elsewhere.</summary>
    Auto,

    /// <summary>The system's own store only.</summary>
    System,

    /// <summary>Files that only the person reads.</summary>
    File,
}
