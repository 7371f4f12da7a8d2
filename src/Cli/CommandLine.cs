using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Latchkey.Cli.Completion;
using Latchkey.Cli.Doctor;
using Latchkey.Cli.Login;
using Latchkey.Cli.Output;
using Latchkey.Cli.Run;
using Latchkey.Cli.Setup;
using Latchkey.Cli.Token;
using Latchkey.Cli.Usage;

namespace Latchkey.Cli;

/// <summary>The command line as a whole: its commands in the order of the help, and the help.</summary>
internal static class CommandLine
{
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, TimeProvider time)
    {
        var root = Define(new Surroundings(terminal, time, new HelpTexts()));

        // No response files: what begins with @ is nobody's business here.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction error)
        {
            // What is wrong is lost below all that would be right.
            error.ShowHelp = false;
        }

        var code = parsed.Invoke(new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
        return parsed.Action is ParseErrorAction ? ExitCode.Usage : code;
    }

    internal static RootCommand Define(Surroundings at)
    {
        var root = new RootCommand("Claude through your company's gateway: no key, no settings, no expiry.");
        foreach (var command in (Command[])[
            ClaudeCommand.Define(at),
            RunCommand.Define(at),
            EnvCommand.Define(at),
            SetupCommand.Define(at),
            LoginCommand.Define(at),
            LogoutCommand.Define(at),
            StatusCommand.Define(at),
            TokenCommand.Define(at),
            StatusCommand.DefineRefresh(at),
            DoctorCommand.Define(at),
            UsageCommand.Define(at),
            CompletionCommand.Define(at),
            CompletionCommand.DefineAnswers(root, at),
            Help(root, at)])
        {
            root.Add(command);
            foreach (var argument in command.Arguments)
            {
                // Else it lists every value that is taken.
                argument.HelpName = argument.Name;
            }
        }

        at.Help.Examples(root, "latchkey login https://claude.example.com", "latchkey claude", "latchkey doctor");
        at.Help.Notes(
            root,
            "Exit codes:",
            "  0 ok, 1 something failed, 2 the command line isn't understood, 3 not configured, 4 the gateway can't be reached,",
            "  5 the gateway refuses, 126 and 127 the program to start can't be run or isn't found; else the started program's own.");
        var help = root.Options.OfType<HelpOption>().Single();
        foreach (var alias in (string[])["/h", "/?", "-?"])
        {
            help.Aliases.Remove(alias);
        }

        help.Action = new HelpWithExamples((HelpAction)help.Action!, at.Help);
        return root;
    }

    private static Command Help(RootCommand root, Surroundings at)
    {
        var about = new Argument<string[]>("command") { Description = "The command to explain.", Arity = ArgumentArity.ZeroOrMore };
        about.CompletionSources.Add(_ => root.Subcommands.Where(c => !c.Hidden).Select(c => new CompletionItem(c.Name)));
        var command = new Command("help", "Explain a command; the one way for 'claude', which passes --help on.") { about };
        command.SetAction(parsed => root.Parse([.. parsed.GetValue(about) ?? [], "--help"]).Invoke(parsed.InvocationConfiguration));
        at.Help.Examples(command, "latchkey help claude");
        return command;
    }
}
