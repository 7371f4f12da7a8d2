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

    public static int Run(SettingsScope scope, bool undo, bool dryRun, bool json, Terminal terminal, TimeProvider time) => CommandFrame.Run(terminal, json, async () =>
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
    });

    private static async Task<IReadOnlyList<Wanted>> WantedAsync(SettingsScope scope, LatchkeyOptions options, Terminal terminal, TimeProvider time)
    {
        var session = Session.Open(options, time);
        await using (session.ConfigureAwait(false))
        {
            var access = await session.HealthyAccessAsync(new Waiting(terminal, time)).ConfigureAwait(false);
            if (access.IsDirect)
            {
                throw new CommandException(
                    options.Enabled ? ExitCode.Unreachable : ExitCode.NotConfigured, session.Client.Status.Message, "Settings need a gateway to lead to.");
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
            terminal.Output.WriteLine(after is null ? $"  {terminal.Red("-")} {key}" : $"  {terminal.Green("+")} {key}{(undo ? "" : $" = {after.Json}")}");
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
            terminal.Say("The gateway is configured by environment variables, which Claude Code's helper needs too. 'latchkey login' keeps it in a file instead.");
        }

        if (scope == SettingsScope.Project)
        {
            terminal.Say("Everybody on the project needs latchkey on the PATH. Claude Code asks each of them to trust the folder before it runs the helper.");
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (scope == SettingsScope.Managed && home is not ("" or "/") && OwnProgram.Path().StartsWith(home + Path.DirectorySeparatorChar, StringComparison.Ordinal))
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
