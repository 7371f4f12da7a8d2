using Latchkey.Client.Settings;

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
    public static LatchkeyOptions Load() => throw new NotImplementedException();
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
