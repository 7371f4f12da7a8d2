using System.CommandLine;
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

/// <summary>The command line as a whole: its commands, their options, and the help.</summary>
internal sealed class CommandLine
{
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly Dictionary<Command, string[]> _belowHelp = [];

    private CommandLine(Terminal terminal, TimeProvider time)
    {
        (_terminal, _time) = (terminal, time);
        Root = new RootCommand("Claude through your company's gateway: no key, no settings, no expiry.");
        foreach (var command in (Command[])[
            Claude(), RunProgram(), Env(), Setup(), Login(), Logout(), Status(), Token(), Refresh(), Doctor(), Usage(), CompletionScript(), Complete(), Help()])
        {
            Root.Add(command);
        }

        WithExamples(Root, "latchkey login https://claude.example.com", "latchkey claude", "latchkey doctor");
        WithNotes(
            Root,
            "Exit codes:",
            "  0 ok, 1 something failed, 2 the command line isn't understood, 3 not configured, 4 the gateway can't be reached,",
            "  5 the gateway refuses, 126 and 127 the program to start can't be run or isn't found; else the started program's own.");
        foreach (var argument in Root.Subcommands.SelectMany(c => c.Arguments))
        {
            argument.HelpName = argument.Name;
        }

        var help = Root.Options.OfType<HelpOption>().Single();
        help.Aliases.Remove("/h");
        help.Aliases.Remove("/?");
        help.Aliases.Remove("-?");
        help.Action = new HelpWithExamples((HelpAction)help.Action!, _belowHelp);
    }

    public RootCommand Root { get; }

    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, TimeProvider time)
    {
        var parsed = Of(terminal, time).Root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
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

    internal static CommandLine Of(Terminal terminal, TimeProvider time) => new(terminal, time);

    private Command Claude()
    {
        var arguments = Rest("args", "Claude Code's own options and prompt; all of them, also --help.");
        var command = new Command("claude", "Start Claude Code through the gateway.") { arguments };
        command.SetAction(parsed => ClaudeCommand.Run(parsed.GetValue(arguments) ?? [], _terminal, _time));
        WithExamples(command, "latchkey claude", "latchkey claude -p 'What does this project do?'", "latchkey claude --resume");
        return WithNotes(
            command,
            "It gets its tokens from here, so that a session outlives any of them. Its settings files stay as they are, and don't lead it elsewhere.",
            $"{ClaudeCommand.ProgramVariable} names another program than claude from the PATH.");
    }

    private Command RunProgram()
    {
        var fresh = Fresh();
        var arguments = Rest("command", "The program and its arguments.");
        arguments.Arity = ArgumentArity.OneOrMore;
        var command = new Command("run", "Start any program with ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY set.") { fresh, arguments };
        command.SetAction(parsed => CommandFrame.Run(_terminal, json: false, () => RunArguments.Read([.. parsed.Tokens.Skip(1).Select(t => t.Value)]) is { } run
            ? RunCommand.Run(run.Command, run.Fresh, _terminal, _time)
            : throw new CommandException(
                ExitCode.Usage,
                $"{parsed.GetValue(arguments)![0]} isn't an option of 'latchkey run'.",
                "Put -- before a command that begins with a dash.")));
        WithExamples(command, "latchkey run -- python agent.py", "latchkey run --fresh -- npm start");
        return WithNotes(
            command,
            "The key is a token that can't be changed in a running program. At the start it has at least half of its life left, with --fresh all of it;",
            "'latchkey status' says until when. A program that runs longer should ask 'latchkey token' for a key when it needs one, or use the client library.");
    }

    private Command Env()
    {
        var shell = new Option<string?>("--shell") { Description = "The language to print: sh (also bash, zsh), fish, powershell, cmd. By default what SHELL names." };
        shell.AcceptOnlyFromAmong(EnvCommand.Shells);
        var fresh = Fresh();
        var json = Json();
        var command = new Command("env", "Print the variables of 'run' for a shell to read in.") { shell, fresh, json };
        command.SetAction(parsed => EnvCommand.Run(parsed.GetValue(shell), parsed.GetValue(fresh), parsed.GetValue(json), _terminal, _time));
        return WithExamples(
            command, "eval \"$(latchkey env)\"", "latchkey env --shell fish | source", "latchkey env --shell powershell | Out-String | Invoke-Expression");
    }

    private Command Setup()
    {
        var user = new Option<bool>("--user") { Description = "Your own settings, for every project (default)." };
        var project = new Option<bool>("--project") { Description = "This folder's settings, for everybody who works on it." };
        var managed = new Option<bool>("--managed") { Description = "The administrator's settings, for everybody on this machine; needs rights." };
        var undo = new Option<bool>("--undo") { Description = "Take back what was changed, and nothing else." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would change." };
        var json = Json();
        var claudeCode = new Command("claude-code", "Write Claude Code's settings so that a plain 'claude' goes through the gateway. A copy of the file is kept beside it.")
        {
            user, project, managed, undo, dryRun, json,
        };
        claudeCode.Validators.Add(result =>
        {
            if (((Option<bool>[])[user, project, managed]).Count(option => result.GetValue(option)) > 1)
            {
                result.AddError("Only one of --user, --project and --managed can be chosen.");
            }
        });
        claudeCode.SetAction(parsed => SetupCommand.Run(
            parsed.GetValue(managed) ? SettingsScope.Managed : parsed.GetValue(project) ? SettingsScope.Project : SettingsScope.User,
            parsed.GetValue(undo),
            parsed.GetValue(dryRun),
            parsed.GetValue(json),
            _terminal,
            _time));
        WithExamples(claudeCode, "latchkey setup claude-code --dry-run", "latchkey setup claude-code", "sudo latchkey setup claude-code --managed", "latchkey setup claude-code --undo");
        return WithExamples(new Command("setup", "Make other tools use the gateway by themselves.") { claudeCode }, "latchkey setup claude-code");
    }

    private Command Login()
    {
        var gateway = new Argument<string?>("url") { Description = "The gateway's address.", Arity = ArgumentArity.ZeroOrOne };
        var code = new Option<string?>("--code") { Description = "A code from your administrator, where the gateway asks for one; - reads it from the standard input." };
        var key = new Option<bool>("--key") { Description = "Keep an Anthropic key of your own, read from the standard input, for when there is no gateway." };
        var json = Json();
        var command = new Command("login", "Use a gateway from now on. It is asked for a token first; nothing is kept if it gives none.") { gateway, code, key, json };
        command.SetAction(parsed => LoginCommand.Run(
            parsed.GetValue(gateway), parsed.GetValue(code), parsed.GetValue(key), parsed.GetValue(json), _terminal, _time));
        return WithExamples(command, "latchkey login https://claude.example.com", "latchkey login --key", "pass show anthropic | latchkey login --key");
    }

    private Command Logout()
    {
        var all = new Option<bool>("--all") { Description = "Forget your own key as well." };
        var json = Json();
        var command = new Command("logout", "Forget the token and the gateway.") { all, json };
        command.SetAction(parsed => LogoutCommand.Run(parsed.GetValue(all), parsed.GetValue(json), _terminal, _time));
        return WithExamples(command, "latchkey logout", "latchkey logout --all");
    }

    private Command Status()
    {
        var json = Json();
        var command = new Command("status", "Say how this machine gets to Claude.") { json };
        command.SetAction(parsed => StatusCommand.Run(parsed.GetValue(json), _terminal, _time));
        return WithExamples(command, "latchkey status", "latchkey status --json | jq -r .expires_at");
    }

    private Command Token()
    {
        var json = new Option<bool>(TokenArguments.JsonOption) { Description = "Print an object with the token, its end, and where it is good." };
        var direct = new Option<bool>(TokenArguments.AllowDirectOption) { Description = "Print your own key when there is no gateway, or it can't be reached. Without this it is a failure." };
        var helper = new Option<bool>(TokenArguments.HelperOption)
        {
            Description = "For tools that ask again at once when a token was refused, as Claude Code's apiKeyHelper does: asked twice within seconds, the gateway is asked too.",
        };
        var command = new Command("token", "Print a token and nothing else. It is renewed first when it is due.") { json, direct, helper };
        command.SetAction(parsed => TokenCommand.Run(
            new TokenArguments(parsed.GetValue(json), parsed.GetValue(direct), parsed.GetValue(helper)), _terminal, _time));
        return WithExamples(command, "latchkey token", "curl -H \"x-api-key: $(latchkey token)\" …");
    }

    private Command Refresh()
    {
        var json = Json();
        var command = new Command("refresh", "Renew the token now, due or not.") { json };
        command.SetAction(parsed => StatusCommand.Refresh(parsed.GetValue(json), _terminal, _time));
        return WithExamples(command, "latchkey refresh");
    }

    private Command Doctor()
    {
        var noCall = new Option<bool>("--no-call") { Description = "Leave out the call of a model, which costs a few tokens." };
        var json = Json();
        var command = new Command("doctor", "Look at everything between this machine and Claude, and say what to do.") { noCall, json };
        command.SetAction(parsed => DoctorCommand.Run(parsed.GetValue(noCall), parsed.GetValue(json), _terminal, _time));
        return WithExamples(command, "latchkey doctor", "latchkey doctor --no-call --json");
    }

    private Command Usage()
    {
        var period = new Option<string>("--period") { Description = "day, week, month (default), year or all.", DefaultValueFactory = _ => "month" };
        period.AcceptOnlyFromAmong(UsagePeriod.Names);
        var by = new Option<string>("--by") { Description = "What it is summed by: model (default), day or session.", DefaultValueFactory = _ => "model" };
        by.AcceptOnlyFromAmong(UsageCommand.Dimensions);
        var json = Json();
        var command = new Command("usage", "Tell what this device has used, what it cost, and what its budgets and limits leave.") { period, by, json };
        command.SetAction(parsed => UsageCommand.Run(parsed.GetValue(period)!, parsed.GetValue(by)!, parsed.GetValue(json), _terminal, _time));
        return WithExamples(command, "latchkey usage", "latchkey usage --period week --by day");
    }

    private Command CompletionScript()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or powershell." };
        shell.AcceptOnlyFromAmong(CompletionScripts.Shells);
        var command = new Command("completion", "Print a script that makes Tab work in a shell.") { shell };
        command.SetAction(parsed =>
        {
            _terminal.Output.Write(CompletionScripts.Of(parsed.GetValue(shell)!));
            return ExitCode.Ok;
        });
        return WithExamples(command, "source <(latchkey completion bash)", "latchkey completion fish | source");
    }

    /// <summary>What the completion scripts ask.</summary>
    private Command Complete()
    {
        var words = Rest("words", "");
        var command = new Command("complete") { Hidden = true };
        command.Add(words);
        command.SetAction(parsed =>
        {
            foreach (var (value, meaning) in Completer.Complete(Root, parsed.GetValue(words) ?? []))
            {
                _terminal.Output.WriteLine(meaning.Length == 0 ? value : $"{value}\t{meaning}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private Command Help()
    {
        var about = new Argument<string[]>("command") { Description = "The command to explain.", Arity = ArgumentArity.ZeroOrMore };
        about.CompletionSources.Add(_ => Root.Subcommands.Where(c => !c.Hidden).Select(c => new System.CommandLine.Completions.CompletionItem(c.Name)));
        var command = new Command("help", "Explain a command; the one way for 'claude', which passes --help on.") { about };
        command.SetAction(parsed => Root.Parse([.. parsed.GetValue(about) ?? [], "--help"]).Invoke(parsed.InvocationConfiguration));
        return WithExamples(command, "latchkey help claude");
    }

    private static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    private static Option<bool> Fresh() => new(RunArguments.FreshOption) { Description = "Renew the token first, whatever is left of it." };

    private static Argument<string[]> Rest(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    private Command WithNotes(Command command, params string[] lines)
    {
        _belowHelp[command] = [.. _belowHelp.GetValueOrDefault(command, []), "", .. lines];
        return command;
    }

    private Command WithExamples(Command command, params string[] examples)
    {
        _belowHelp[command] = ["Examples:", .. examples.Select(example => $"  {example}")];
        return command;
    }
}
