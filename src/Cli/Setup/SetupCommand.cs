using System.CommandLine;
using System.Text.Json.Nodes;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Cli.Run;
using Latchkey.Client;

namespace Latchkey.Cli.Setup;

/// <summary>Writes Claude Code's settings files so that a plain <c>claude</c> goes through the gateway, and takes that back.</summary>
internal static class SetupCommand
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static Command Define(Surroundings at)
    {
        var user = new Option<bool>("--user") { Description = "Your own settings, for every project (default)." };
        var project = new Option<bool>("--project") { Description = "This folder's settings, for everybody who works on it." };
        var managed = new Option<bool>("--managed") { Description = "The administrator's settings, for everybody on this machine; needs rights." };
        var undo = new Option<bool>("--undo") { Description = "Take back what was changed, and nothing else." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would change." };
        var json = CommonOptions.Json();
        var command = new Command("claude-code", "Write Claude Code's settings so that a plain 'claude' goes through the gateway.")
        {
            user, project, managed, undo, dryRun, json,
        };
        command.Validators.Add(result =>
        {
            if (((Option<bool>[])[user, project, managed]).Count(option => result.GetValue(option)) > 1)
            {
                result.AddError("Only one of --user, --project and --managed can be chosen.");
            }
        });
        command.SetAction(parsed => Run(
            parsed.GetValue(managed) ? SettingsScope.Managed : parsed.GetValue(project) ? SettingsScope.Project : SettingsScope.User,
            parsed.GetValue(undo),
            parsed.GetValue(dryRun),
            parsed.GetValue(json),
            at.Terminal,
            at.Time));
        at.Help.Examples(
            command,
            "latchkey setup claude-code --dry-run",
            "latchkey setup claude-code",
            "sudo latchkey setup claude-code --managed",
            "latchkey setup claude-code --undo");
        at.Help.Notes(command, "A copy of the file is kept beside it. Keys that aren't about the way to Claude stay as they are.");
        var setup = new Command("setup", "Make other tools use the gateway by themselves.") { command };
        at.Help.Examples(setup, "latchkey setup claude-code");
        return setup;
    }

    private static int Run(SettingsScope scope, bool undo, bool dryRun, bool json, Terminal terminal, TimeProvider time) =>
        CommandFrame.Run(terminal, json, () => RunAsync(scope, undo, dryRun, json, terminal, time));

    private static async Task<int> RunAsync(SettingsScope scope, bool undo, bool dryRun, bool json, Terminal terminal, TimeProvider time)
    {
        var options = LatchkeyOptions.Load();
        var files = ClaudeCodeFiles.OfProcess(Environment.GetEnvironmentVariable);
        var installation = new Installation(
            files.Of(scope),
            within: scope == SettingsScope.Project ? files.Project : null,
            options.Folder,
            newMode: scope == SettingsScope.Managed ? ReadableByAll : null,
            time);
        try
        {
            var outcome = undo
                ? installation.Undo(dryRun)
                : installation.Apply(await WantedAsync(scope, options, terminal, time).ConfigureAwait(false), dryRun);
            Report(outcome, files.Of(scope), undo, dryRun, json, terminal);
            if (!undo)
            {
                Remark(scope, options, terminal);
            }

            return ExitCode.Ok;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{files.Of(scope)} can't be written: {e.Message.TrimEnd('.')}.",
                scope != SettingsScope.Managed ? null : OperatingSystem.IsWindows() ? "Run this as administrator." : "Run this with sudo.");
        }
    }

    private static async Task<IReadOnlyList<Wanted>> WantedAsync(SettingsScope scope, LatchkeyOptions options, Terminal terminal, TimeProvider time)
    {
        var session = Session.Open(options, time);
        await using (session.ConfigureAwait(false))
        {
            var access = await session.HealthyAccessAsync(new Waiting(terminal, time)).ConfigureAwait(false);
            if (access.IsDirect)
            {
                throw session.WithoutGateway("Settings need a gateway to lead to.");
            }

            // A project's file goes to other people's machines, where this program lies elsewhere.
            var helper = scope == SettingsScope.Project ? $"latchkey {OwnProgram.HelperArguments}" : OwnProgram.HelperCommand();
            return ClaudeCodeSettings.Wanted(access.BaseAddress, helper, HelperInterval.Milliseconds(access, options));
        }
    }

    private static void Report(Outcome? outcome, string file, bool undo, bool dryRun, bool json, Terminal terminal)
    {
        if (json)
        {
            JsonText.Write(terminal.Output, Json(outcome, file, dryRun));
            return;
        }

        if (outcome is null)
        {
            terminal.Output.WriteLine($"Nothing was set up in {file}.");
            return;
        }

        if (outcome.Changed.Count == 0 && outcome.Left.Count == 0)
        {
            terminal.Output.WriteLine($"{outcome.File} is set up already.");
            return;
        }

        terminal.Output.WriteLine($"{outcome.File}{(dryRun ? " would change:" : undo ? ": taken back" : ": set up")}");
        foreach (var (key, _, after) in outcome.Changed)
        {
            // What is put back may be a key of the person's own.
            var value = after is null || undo ? "" : $" = {after.Json}";
            terminal.Output.WriteLine($"  {(after is null ? terminal.Red("-") : terminal.Green("+"))} {key}{value}");
        }

        foreach (var key in outcome.Left)
        {
            terminal.Output.WriteLine($"  {terminal.Yellow("!")} {key} was changed since and is left as it is");
        }

        if (outcome.Backup is not null)
        {
            terminal.Output.WriteLine($"The file as it was: {outcome.Backup}");
        }
    }

    private static void Remark(SettingsScope scope, LatchkeyOptions options, Terminal terminal)
    {
        if (options.Origin == "environment")
        {
            terminal.Say("Claude Code's helper needs the environment variables that name the gateway, too. 'latchkey login' keeps it in a file instead.");
        }

        if (scope == SettingsScope.Project)
        {
            terminal.Say("Everybody on the project needs latchkey on the PATH. Claude Code asks them to trust the folder before it runs the helper.");
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + Path.DirectorySeparatorChar;
        if (scope == SettingsScope.Managed && home.Length > 2 && OwnProgram.Path().StartsWith(home, StringComparison.Ordinal))
        {
            terminal.Say($"{OwnProgram.Path()} lies in a home folder, where others can't run it. Install latchkey for the whole machine.");
        }
    }

    private static JsonObject Json(Outcome? outcome, string file, bool dryRun) => new()
    {
        ["file"] = outcome?.File ?? file,
        ["dry_run"] = dryRun,
        ["backup"] = outcome?.Backup,
        ["changed"] = new JsonArray([.. (outcome?.Changed ?? []).Select(r => (JsonNode)new JsonObject
        {
            ["key"] = r.Key.ToString(),
            ["change"] = r.After is null ? "removed" : r.Before is null ? "added" : "replaced",
        })]),
        ["left"] = new JsonArray([.. (outcome?.Left ?? []).Select(key => (JsonNode)JsonValue.Create(key.ToString())!)]),
    };
}
