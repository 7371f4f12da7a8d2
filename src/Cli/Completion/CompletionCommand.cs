using System.CommandLine;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Completion;

/// <summary>Makes Tab work: the scripts that shells read in, and the answers that those ask for.</summary>
internal static class CompletionCommand
{
    public static Command Define(Surroundings at)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or powershell." };
        shell.AcceptOnlyFromAmong(CompletionScripts.Shells);
        var command = new Command("completion", "Print a script that makes Tab work in a shell.") { shell };
        command.SetAction(parsed =>
        {
            at.Terminal.Output.Write(CompletionScripts.Of(parsed.GetValue(shell)!));
            return ExitCode.Ok;
        });
        at.Help.Examples(command, "source <(latchkey completion bash)", "latchkey completion fish | source");
        return command;
    }

    /// <summary>What the scripts ask; not for people.</summary>
    public static Command DefineAnswers(RootCommand root, Surroundings at)
    {
        var words = CommonOptions.Rest("words", "");
        var command = new Command("complete") { words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var (value, meaning) in Completer.Complete(root, parsed.GetValue(words) ?? []))
            {
                at.Terminal.Output.WriteLine(meaning.Length == 0 ? value : $"{value}\t{meaning}");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
