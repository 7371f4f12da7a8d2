using System.CommandLine;
using System.CommandLine.Completions;

namespace Latchkey.Cli.Completion;

/// <summary>
/// What may stand where the person is typing: the commands, options and values of the command line itself, so that they can't get out of step.
/// </summary>
internal static class Completer
{
    /// <summary>As a value: any program's name.</summary>
    public const string AnyCommand = ":command";

    /// <param name="root">The command line.</param>
    /// <param name="words">What stands after the program's name, the last one as far as it is typed; it may be empty.</param>
    /// <returns>Values with what they mean.</returns>
    public static IReadOnlyList<(string Value, string Meaning)> Complete(RootCommand root, string[] words)
    {
        if (words is not [.. var typed, var current])
        {
            return [];
        }

        Command command = root;
        Option? open = null;
        foreach (var word in typed)
        {
            if (command.Name is "claude" || (command.Name is "run" && (word == "--" || !word.StartsWith('-'))))
            {
                // From here on it is another program's command line.
                return [];
            }

            open = open is not null ? null : OptionsOf(command, root).FirstOrDefault(o => TakesValue(o) && Names(o).Contains(word));
            command = command.Subcommands.FirstOrDefault(c => !c.Hidden && Names(c).Contains(word)) ?? command;
        }

        var candidates = open is not null ? ValuesOf(open)
            : current.StartsWith('-') ? OptionsOf(command, root).SelectMany(Described)
            : command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, c.Description ?? ""))
                .Concat(command.Arguments.SelectMany(ValuesOf))
                .Concat(command.Name is "run" ? [(AnyCommand, "")] : []);
        return [.. candidates.Where(c => c.Item1 == AnyCommand || c.Item1.StartsWith(current, StringComparison.Ordinal))];
    }

    private static IEnumerable<Option> OptionsOf(Command command, RootCommand root) =>
        command.Options.Concat(command == root ? [] : root.Options.Where(o => o.Recursive)).Where(o => !o.Hidden);

    private static IEnumerable<string> Names(Command command) => [command.Name, .. command.Aliases];

    private static IEnumerable<string> Names(Option option) => [option.Name, .. option.Aliases];

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    private static IEnumerable<(string, string)> Described(Option option) =>
        Names(option).Where(name => name.StartsWith("--", StringComparison.Ordinal)).Select(name => (name, option.Description ?? ""));

    private static IEnumerable<(string, string)> ValuesOf(Symbol symbol) =>
        symbol.GetCompletions(CompletionContext.Empty).Select(item => (item.InsertText ?? item.Label, item.Documentation ?? ""));
}
