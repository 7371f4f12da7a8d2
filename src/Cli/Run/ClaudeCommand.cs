using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client;

namespace Latchkey.Cli.Run;

/// <summary>Starts Claude Code so that it goes through the gateway, whatever its own settings say, with a token that never runs out.</summary>
internal static class ClaudeCommand
{
    /// <summary>Which program is started instead of <c>claude</c> from the PATH.</summary>
    public const string ProgramVariable = "LATCHKEY_CLAUDE";

    public static Command Define(Surroundings at)
    {
        var arguments = CommonOptions.Rest("args", "Claude Code's own options and prompt; all of them, also --help.");
        var command = new Command("claude", "Start Claude Code through the gateway.") { arguments };
        command.SetAction(parsed => Run(parsed.GetValue(arguments) ?? [], at.Terminal, at.Time));
        at.Help.Examples(command, "latchkey claude", "latchkey claude -p 'What does this project do?'", "latchkey claude --resume");
        at.Help.Notes(
            command,
            "It gets its tokens from here, so that a session outlives any of them. Its settings files stay as they are, and don't lead it elsewhere.",
            $"{ProgramVariable} names another program than claude from the PATH.");
        return command;
    }

    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, TimeProvider time) =>
        CommandFrame.Run(terminal, json: false, () => PrepareAsync(arguments, terminal, time).GetAwaiter().GetResult().Start());

    /// <summary>The program that is chosen, that is on the PATH, or that Claude Code's own installer has put where the PATH doesn't lead.</summary>
    public static string? FindProgram(Func<string, string?> environment) =>
        environment(ProgramVariable) is { Length: > 0 } chosen
            ? ProgramFile.Find(chosen, environment)
            : ((string[])["claude", .. Installed()]).Select(name => ProgramFile.Find(name, environment)).FirstOrDefault(path => path is not null);

    private static async Task<Launch> PrepareAsync(IReadOnlyList<string> arguments, Terminal terminal, TimeProvider time)
    {
        var (others, theirs) = ClaudeSettings.Take(arguments);
        var program = FindProgram(Environment.GetEnvironmentVariable) ?? throw Missing();
        var depth = LaunchDepth.Next(Environment.GetEnvironmentVariable);
        var session = Session.Open(time);
        await using (session.ConfigureAwait(false))
        {
            var access = await session.HealthyAccessAsync(new Waiting(terminal, time)).ConfigureAwait(false);
            var interval = HelperInterval.Milliseconds(access, session.Options);
            var overlay = access.IsDirect
                ? ClaudeOverlay.Direct(access.BaseAddress, theirs)
                : ClaudeOverlay.ToGateway(access.BaseAddress, OwnProgram.HelperCommand(), interval, theirs);
            var variables = access.IsDirect ? DirectVariables(access) : GatewayVariables(terminal);
            variables[LaunchDepth.Variable] = depth;
            if (access.IsDirect)
            {
                terminal.Say(session.Client.Status.Message);
            }

            return new Launch(program, ["--settings", Carry(overlay, program, session.Options.Folder), .. others], variables);
        }
    }

    private static Dictionary<string, string?> GatewayVariables(Terminal terminal)
    {
        var variables = new Dictionary<string, string?>();
        foreach (var name in Conflicts.All.Where(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))))
        {
            terminal.Note($"{name} is left out: Claude Code goes through the gateway.");
            variables[name] = null;
        }

        // In the environment and not in the overlay, which would outweigh the person's own settings files.
        foreach (var (name, value) in GatewaySwitches.All.Where(s => Environment.GetEnvironmentVariable(s.Name) is null))
        {
            variables[name] = value;
        }

        return variables;
    }

    private static Dictionary<string, string?> DirectVariables(LatchkeyAccess access)
    {
        var variables = Conflicts.All.ToDictionary(name => name, _ => (string?)null);
        variables["ANTHROPIC_API_KEY"] = access.RevealKey();
        return variables;
    }

    /// <summary>
    /// The overlay as an argument: the JSON itself or, for a Windows batch file, which takes quotes for its own, the path of a file that holds it.
    /// </summary>
    private static string Carry(JsonObject overlay, string program, string folder)
    {
        var json = JsonText.Compact(overlay);
        if (Path.GetExtension(program).ToLowerInvariant() is not (".cmd" or ".bat"))
        {
            return json;
        }

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"claude-settings-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16]}.json");
        File.WriteAllText(path, json);
        return path;
    }

    private static CommandException Missing() => Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } chosen
        ? new CommandException(ExitCode.NotFound, $"{chosen}, which {ProgramVariable} names, isn't found.")
        : new CommandException(
            ExitCode.NotFound, "Claude Code isn't found: there is no claude on the PATH.", $"Install it, or set {ProgramVariable} to its path.");

    private static IEnumerable<string> Installed()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return [Path.Combine(home, ".local", "bin", "claude"), Path.Combine(home, ".claude", "local", "claude")];
    }
}
