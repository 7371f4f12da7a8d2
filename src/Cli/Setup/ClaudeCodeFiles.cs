namespace Latchkey.Cli.Setup;

/// <summary>Where Claude Code keeps its settings (Claude Code 2.1.330).</summary>
/// <param name="Configuration">The person's folder.</param>
/// <param name="Project">The folder that Claude Code is started in.</param>
/// <param name="Machine">The administrator's folder.</param>
internal sealed record ClaudeCodeFiles(string Configuration, string Project, string Machine)
{
    public static ClaudeCodeFiles OfProcess(Func<string, string?> environment) => new(
        environment("CLAUDE_CONFIG_DIR") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".claude"),
        Directory.GetCurrentDirectory(),
        OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "ClaudeCode")
            : OperatingSystem.IsMacOS() ? "/Library/Application Support/ClaudeCode"
            : "/etc/claude-code");

    public string Of(SettingsScope scope) => scope switch
    {
        SettingsScope.User => Path.Combine(Configuration, "settings.json"),
        SettingsScope.Project => Path.Combine(Project, ".claude", "settings.json"),
        SettingsScope.Local => Path.Combine(Project, ".claude", "settings.local.json"),
        _ => Path.Combine(Machine, "managed-settings.json"),
    };

    /// <summary>Every file that counts, weakest first; the administrator may have several.</summary>
    public IEnumerable<(SettingsScope Scope, string Path)> All()
    {
        foreach (var scope in (SettingsScope[])[SettingsScope.User, SettingsScope.Project, SettingsScope.Local, SettingsScope.Managed])
        {
            yield return (scope, Of(scope));
        }

        var parts = Path.Combine(Machine, "managed-settings.d");
        if (Directory.Exists(parts))
        {
            foreach (var part in Directory.EnumerateFiles(parts, "*.json").Order(StringComparer.Ordinal))
            {
                yield return (SettingsScope.Managed, part);
            }
        }
    }
}
