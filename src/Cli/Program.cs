using Latchkey.Cli.Output;
using Latchkey.Cli.Run;
using Latchkey.Cli.Token;

namespace Latchkey.Cli;

internal static class Program
{
    private static int Main(string[] arguments) => Run(arguments, Terminal.OfProcess(), TimeProvider.System);

    /// <summary>
    /// Three commands go past the parser: <c>token</c>, because it has to be quick, and <c>claude</c> and <c>run</c>, because what follows them belongs to
    /// another program, options that look like ours included.
    /// </summary>
    internal static int Run(string[] arguments, Terminal terminal, TimeProvider time) => arguments switch
    {
        ["token", .. var rest] when TokenArguments.Read(rest) is { } token => TokenCommand.Run(token, terminal, time),
        ["claude", .. var rest] => ClaudeCommand.Run(rest, terminal, time),
        ["run", .. var rest] when RunArguments.Read(rest) is { } run => RunCommand.Run(run.Command, run.Fresh, terminal, time),
        _ => CommandLine.Run(arguments, terminal, time),
    };
}
