using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client;

namespace Latchkey.Cli.Login;

/// <summary>Looks at the gateway, or renews the token, and says how things stand.</summary>
internal static class StatusCommand
{
    public static int Run(bool json, Terminal terminal, TimeProvider time) =>
        Run("asking", client => client.CheckHealthAsync(), json, terminal, time);

    public static int Refresh(bool json, Terminal terminal, TimeProvider time) =>
        Run("getting a token from", client => client.RefreshAsync(), json, terminal, time);

    private static int Run(string doing, Func<LatchkeyClient, Task<LatchkeyStatus>> look, bool json, Terminal terminal, TimeProvider time) => CommandFrame.Run(
        terminal,
        json,
        async () =>
        {
            var session = Session.Open(time);
            await using (session.ConfigureAwait(false))
            {
                var status = await new Waiting(terminal, time).ForAsync($"{doing} {session.GatewayName}", look(session.Client)).ConfigureAwait(false);
                return await StatusReport.WriteAsync(session, status, json, terminal, time).ConfigureAwait(false);
            }
        });
}
