using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Latchkey.Cli.Output;

/// <summary>The parser's own help of a command, and what is to be said below it.</summary>
internal sealed class HelpWithExamples(HelpAction ordinary, HelpTexts texts) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        var code = ordinary.Invoke(parseResult);
        foreach (var line in texts.Of(parseResult.CommandResult.Command))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(line);
        }

        return code;
    }
}
