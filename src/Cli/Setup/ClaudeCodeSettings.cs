using System.Globalization;
using System.Text.Json.Nodes;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Setup;

/// <summary>What Claude Code's settings should say so that it goes through the gateway.</summary>
internal static class ClaudeCodeSettings
{
    /// <summary>Settings with which Claude Code refuses a helper's key at its start.</summary>
    public static readonly IReadOnlyList<string> LoginRules = ["forceLoginMethod", "forceLoginOrgUUID"];

    /// <param name="baseUrl">As <c>ANTHROPIC_BASE_URL</c> takes it.</param>
    /// <param name="helper">The command that prints a token.</param>
    /// <param name="interval">How often it is asked, in milliseconds.</param>
    public static IReadOnlyList<Wanted> Wanted(string baseUrl, string helper, long interval) =>
    [
        new(new SettingsKey(null, ClaudeOverlay.ApiKeyHelper), Text(helper)),
        new(Env(ClaudeOverlay.BaseUrl), Text(baseUrl)),
        new(Env(ClaudeOverlay.Interval), Text(interval.ToString(CultureInfo.InvariantCulture))),
        .. GatewaySwitches.All.Select(s => new Wanted(Env(s.Name), Text(s.Value), OnlyIfAbsent: true)),
        .. Conflicts.All.Select(name => new Wanted(Env(name), Value: null)),
    ];

    private static SettingsKey Env(string name) => new(ClaudeOverlay.Env, name);

    private static SettingsValue Text(string value) => new(JsonValue.Create(value));
}
