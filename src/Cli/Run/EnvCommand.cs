using System.CommandLine;
using System.Text.Json.Nodes;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Run;

/// <summary>Prints the variables of <see cref="AccessVariables"/> in the language of a shell, to be read in by it.</summary>
internal static class EnvCommand
{
    public static readonly string[] Shells = ["sh", "fish", "powershell", "cmd"];

    public static Command Define(Surroundings at)
    {
        var shell = new Option<string?>("--shell")
        {
            Description = "The language to print: sh (also bash, zsh), fish, powershell, cmd. By default what SHELL names.",
        };
        shell.AcceptOnlyFromAmong(Shells);
        var fresh = RunCommand.FreshOption();
        var json = CommonOptions.Json();
        var command = new Command("env", "Print the variables of 'run' for a shell to read in.") { shell, fresh, json };
        command.SetAction(parsed => Run(parsed.GetValue(shell), parsed.GetValue(fresh), parsed.GetValue(json), at.Terminal, at.Time));
        at.Help.Examples(
            command,
            "eval \"$(latchkey env)\"",
            "latchkey env --shell fish | source",
            "latchkey env --shell powershell | Out-String | Invoke-Expression");
        return command;
    }

    public static int Run(string? shell, bool fresh, bool json, Terminal terminal, TimeProvider time) => CommandFrame.Run(terminal, json, async () =>
    {
        var language = shell ?? Detect(Environment.GetEnvironmentVariable, OperatingSystem.IsWindows());
        var session = Session.Open(time);
        await using (session.ConfigureAwait(false))
        {
            var access = await new LongestAccess(session, time).GetAsync(fresh, new Waiting(terminal, time)).ConfigureAwait(false);
            if (access.IsDirect)
            {
                terminal.Say(session.Client.Status.Message);
            }

            var variables = AccessVariables.Of(access);
            if (json)
            {
                JsonText.Write(terminal.Output, new JsonObject(variables.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))));
            }
            else
            {
                foreach (var (name, value) in variables)
                {
                    await terminal.Output.WriteLineAsync(Line(language, name, value)).ConfigureAwait(false);
                }
            }

            return ExitCode.Ok;
        }
    });

    /// <summary>The shell that this was typed into, as far as it can be known: SHELL is the login shell's, which mostly is the one.</summary>
    public static string Detect(Func<string, string?> environment, bool windows) => Path.GetFileName(environment("SHELL") ?? "") switch
    {
        "fish" => "fish",
        "pwsh" or "powershell" => "powershell",
        "" => windows ? "powershell" : "sh",
        "csh" or "tcsh" => throw new CommandException(ExitCode.Usage, "csh isn't spoken here.", "Use --shell, or 'latchkey run -- tcsh'."),
        _ => "sh",
    };

    /// <summary>One command of that shell: sets the variable, or unsets it (null).</summary>
    public static string Line(string shell, string name, string? value) => (shell, value) switch
    {
        ("sh", null) => $"unset {name}",
        ("sh", _) => $"export {name}={ShellQuoting.Posix(value)}",
        ("fish", null) => $"set -e {name}",
        ("fish", _) => $"set -gx {name} {ShellQuoting.Fish(value)}",
        ("powershell", null) => $"Remove-Item Env:{name} -ErrorAction SilentlyContinue",
        ("powershell", _) => $"$env:{name} = {ShellQuoting.PowerShell(value)}",
        ("cmd", _) => $"set \"{name}={value}\"",
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "No such shell."),
    };
}
