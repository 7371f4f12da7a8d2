using System.CommandLine;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client;

namespace Latchkey.Cli.Login;

/// <summary>Looks at the gateway, or renews the token, and says how things stand.</summary>
internal static class StatusCommand
{
    public static Command Define(Surroundings at)
    {
        var json = CommonOptions.Json();
        var command = new Command("status", "Say how this machine gets to Claude.") { json };
        command.SetAction(parsed => Run(parsed.GetValue(json), at.Terminal, at.Time));
        at.Help.Examples(command, "latchkey status", "latchkey status --json | jq -r .expires_at");
        return command;
    }

    public static Command DefineRefresh(Surroundings at)
    {
        var json = CommonOptions.Json();
        var command = new Command("refresh", "Renew the token now, due or not.") { json };
        command.SetAction(parsed => Refresh(parsed.GetValue(json), at.Terminal, at.Time));
        at.Help.Examples(command, "latchkey refresh");
        return command;
    }

    public static int Run(bool json, Terminal terminal, TimeProvider time) =>
        Run("asking", client => client.CheckHealthAsync(), json, terminal, time);

    public static int Refresh(bool json, Terminal terminal, TimeProvider time) =>
        Run("getting a token from", client => client.RefreshAsync(), json, terminal, time);

    private static int Run(string doing, Func<LatchkeyClient, Task<LatchkeyStatus>> look, bool json, Terminal terminal, TimeProvider time) =>
        CommandFrame.Run(terminal, json, async () =>
        {
            var session = Session.Open(time);
            await using (session.ConfigureAwait(false))
            {
                var waiting = new Waiting(terminal, time);
                var status = await waiting.ForAsync($"{doing} {session.GatewayName}", look(session.Client)).ConfigureAwait(false);
                return await StatusReport.WriteAsync(session, status, json, terminal, time).ConfigureAwait(false);
            }
        });
}
