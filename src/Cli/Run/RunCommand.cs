using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Run;

/// <summary>Starts any program with the gateway's address and a token in its environment.</summary>
internal static class RunCommand
{
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
