using System.CommandLine;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Run;

/// <summary>Starts any program with the gateway's address and a token in its environment.</summary>
internal static class RunCommand
{
    public static Command Define(Surroundings at)
    {
        var fresh = FreshOption();
        var arguments = CommonOptions.Rest("command", "The program and its arguments.");
        arguments.Arity = ArgumentArity.OneOrMore;
        var command = new Command("run", "Start any program with ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY set.") { fresh, arguments };

        // Whatever has a command has gone past the parser: this one takes an unknown option for the command.
        command.SetAction(parsed => CommandFrame.Run(at.Terminal, json: false, new Func<int>(() => throw new CommandException(
            ExitCode.Usage,
            $"{parsed.GetValue(arguments)![0]} isn't an option of 'latchkey run'.",
            "Put -- before a command that begins with a dash."))));
        at.Help.Examples(command, "latchkey run -- python agent.py", "latchkey run --fresh -- npm start");
        at.Help.Notes(
            command,
            "The key is a token that can't be changed in a running program. At the start it has at least half of its life left, with",
            "--fresh all of it; 'latchkey status' says until when. A program that runs longer should ask 'latchkey token' for a key when it",
            "needs one, or use the client library.");
        return command;
    }

    public static Option<bool> FreshOption() => new(RunArguments.FreshOption) { Description = "Renew the token first, whatever is left of it." };

    public static int Run(IReadOnlyList<string> command, bool fresh, Terminal terminal, TimeProvider time) =>
        CommandFrame.Run(terminal, json: false, () => PrepareAsync(command, fresh, terminal, time).GetAwaiter().GetResult().Start());

    private static async Task<Launch> PrepareAsync(IReadOnlyList<string> command, bool fresh, Terminal terminal, TimeProvider time)
    {
        var program = ProgramFile.Require(command[0], Environment.GetEnvironmentVariable);
        var session = Session.Open(time);
        await using (session.ConfigureAwait(false))
        {
            var access = await new LongestAccess(session, time).GetAsync(fresh, new Waiting(terminal, time)).ConfigureAwait(false);
            if (access.IsDirect)
            {
                terminal.Say(session.Client.Status.Message);
            }

            return new Launch(program, [.. command.Skip(1)], AccessVariables.Of(access));
        }
    }
}
