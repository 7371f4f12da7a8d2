using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Latchkey.Cli.Output;

/// <summary>The parser's own help of a command, and what is to be said below it.</summary>
internal sealed class HelpWithExamples(HelpAction ordinary, IReadOnlyDictionary<Command, string[]> below) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        var code = ordinary.Invoke(parseResult);
        foreach (var line in below.GetValueOrDefault(parseResult.CommandResult.Command, []))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(line);
        }

        return code;
    }
}
