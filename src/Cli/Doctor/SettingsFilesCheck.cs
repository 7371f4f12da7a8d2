using System.Text.Json.Nodes;
using Latchkey.Cli.Output;
using Latchkey.Cli.Run;
using Latchkey.Cli.Setup;

namespace Latchkey.Cli.Doctor;

/// <summary>Do Claude Code's settings files go with the gateway?</summary>
internal sealed class SettingsFilesCheck : IDoctorCheck
{
    public string Name => "Settings files";

    public Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken) => Task.FromResult(Look(patient));

    private static Finding Look(Patient patient)
    {
        if (patient.Gateway is null)
        {
            return new Finding.Skipped("no gateway");
        }

        var broken = new List<string>();
        var doubtful = new List<string>();
        var setUp = new List<string>();
        foreach (var (scope, path) in patient.Files.All())
        {
            try
            {
                var settings = SettingsDocument.Open(path).Settings;
                Judge(settings, scope, path, patient.Access?.BaseAddress, broken, doubtful);
                if (Text(settings, ClaudeOverlay.ApiKeyHelper)?.Contains(OwnProgram.HelperArguments, StringComparison.Ordinal) == true)
                {
                    setUp.Add(path);
                }
            }
            catch (CommandException e)
            {
                broken.Add(e.Message.TrimEnd('.'));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                doubtful.Add($"{path} can't be read: {e.Message.TrimEnd('.')}");
            }
        }

        if (broken.Count > 0)
        {
            return new Finding.Broken(string.Join("; ", broken), "Mend the files that are named.");
        }

        if (doubtful.Count > 0)
        {
            return new Finding.Doubtful(string.Join("; ", doubtful), "'latchkey setup claude-code' sets this right; 'latchkey claude' needs no settings.");
        }

        return new Finding.Fine(setUp.Count > 0
            ? $"set up in {string.Join(", ", setUp)}"
            : "nothing in the way ('latchkey setup claude-code' makes a plain claude use the gateway)");
    }

    private static void Judge(JsonObject settings, SettingsScope scope, string path, string? baseUrl, List<string> broken, List<string> doubtful)
    {
        foreach (var rule in ClaudeCodeSettings.LoginRules.Where(settings.ContainsKey))
        {
            // Only the administrator's bind.
            (scope == SettingsScope.Managed ? broken : doubtful).Add($"{path} sets {rule}, with which Claude Code takes no key of a helper");
        }

        if (Text(settings, ClaudeOverlay.ApiKeyHelper) is { Length: > 0 } helper && !helper.Contains("latchkey", StringComparison.OrdinalIgnoreCase))
        {
            // Above the overlay of 'latchkey claude' stand the administrator's files only.
            (scope == SettingsScope.Managed ? broken : doubtful).Add($"{path} names another apiKeyHelper");
        }

        if (settings[ClaudeOverlay.Env] is not JsonObject env)
        {
            return;
        }

        var conflicts = Conflicts.All.Where(name => Text(env, name) is { Length: > 0 }).ToList();
        if (conflicts.Count > 0)
        {
            (scope == SettingsScope.Managed ? broken : doubtful).Add($"{path} sets {string.Join(", ", conflicts)}");
        }

        if (baseUrl is not null && Text(env, ClaudeOverlay.BaseUrl) is { Length: > 0 } other && other.TrimEnd('/') != baseUrl)
        {
            (scope == SettingsScope.Managed ? broken : doubtful).Add($"{path} sends calls to {other}");
        }
    }

    private static string? Text(JsonObject settings, string name) =>
        settings[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
