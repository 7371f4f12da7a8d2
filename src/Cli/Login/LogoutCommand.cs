using System.CommandLine;
using System.Text.Json.Nodes;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client.Settings;

namespace Latchkey.Cli.Login;

/// <summary>Forgets the token, and the gateway where the person's own file names it; with <c>--all</c> also the person's own key.</summary>
internal static class LogoutCommand
{
    public static Command Define(Surroundings at)
    {
        var all = new Option<bool>("--all") { Description = "Forget your own key as well." };
        var json = CommonOptions.Json();
        var command = new Command("logout", "Forget the token and the gateway.") { all, json };
        command.SetAction(parsed => Run(parsed.GetValue(all), parsed.GetValue(json), at.Terminal, at.Time));
        at.Help.Examples(command, "latchkey logout", "latchkey logout --all");
        return command;
    }

    public static int Run(bool all, bool json, Terminal terminal, TimeProvider time) => CommandFrame.Run(terminal, json, async () =>
    {
        var session = Session.Open(time);
        await using (session.ConfigureAwait(false))
        {
            await session.Client.ForgetAsync().ConfigureAwait(false);
            if (all)
            {
                await session.Client.KeepOwnKeyAsync(null).ConfigureAwait(false);
            }

            var file = Path.Combine(session.Options.Folder, SettingsFile.Name);
            var forgotten = ForgetGateway(file);
            var elsewhere = session.Options.Enabled && session.Options.Origin != file ? StatusReport.Origin(session.Options) : null;
            if (json)
            {
                JsonText.Write(terminal.Output, new JsonObject
                {
                    ["token"] = "forgotten",
                    ["gateway"] = forgotten ? "forgotten" : "kept",
                    ["own_key"] = all ? "forgotten" : "kept",
                    ["still_configured_by"] = elsewhere,
                });
                return ExitCode.Ok;
            }

            terminal.Output.WriteLine(all ? "Token and own key are forgotten." : "The token is forgotten.");
            if (elsewhere is not null)
            {
                terminal.Output.WriteLine($"{session.GatewayName} is still configured by {elsewhere}: the next use gets a new token.");
            }

            return ExitCode.Ok;
        }
    });

    private static bool ForgetGateway(string file)
    {
        if (SettingsFile.Read(file) is not { } settings || (settings.ProxyBootstrapUrl is null && settings.EnableProxy is null))
        {
            return false;
        }

        (settings with { EnableProxy = null, ProxyBootstrapUrl = null, ProxyHealthUrl = null, EnrollmentCode = null }).Write(file);
        return true;
    }
}
