using System.CommandLine;
using System.Text.Json.Nodes;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client;
using Latchkey.Protocol;

namespace Latchkey.Cli.Token;

/// <summary>Prints a token and nothing else. Tools ask it before every few calls, so it starts nothing that it doesn't need.</summary>
internal static class TokenCommand
{
    public static Command Define(Surroundings at)
    {
        var json = new Option<bool>(TokenArguments.JsonOption) { Description = "Print an object with the token, its end, and where it is good." };
        var direct = new Option<bool>(TokenArguments.AllowDirectOption)
        {
            Description = "Print your own key when there is no gateway, or it can't be reached. Without this it is a failure.",
        };
        var helper = new Option<bool>(TokenArguments.HelperOption)
        {
            Description = "For tools that ask again at once when a token was refused: asked twice within seconds, the gateway is asked too.",
        };
        var command = new Command("token", "Print a token and nothing else. It is renewed first when it is due.") { json, direct, helper };
        command.SetAction(parsed => Run(
            new TokenArguments(parsed.GetValue(json), parsed.GetValue(direct), parsed.GetValue(helper)), at.Terminal, at.Time));
        at.Help.Examples(command, "latchkey token", "curl -H \"x-api-key: $(latchkey token)\" …");
        return command;
    }

    public static int Run(TokenArguments arguments, Terminal terminal, TimeProvider time) => CommandFrame.Run(terminal, arguments.Json, async () =>
    {
        var session = Session.Open(time);
        await using (session.ConfigureAwait(false))
        {
            var access = await session.Client.GetAccessAsync().ConfigureAwait(false);
            if (access.IsDirect && !arguments.AllowDirect)
            {
                throw session.WithoutGateway("There is no token for that; --allow-direct prints the key instead.");
            }

            if (arguments.Helper && !access.IsDirect)
            {
                access = await new RefusedToken(session, time).ReplaceAsync(access).ConfigureAwait(false);
            }

            await terminal.Output.WriteLineAsync(arguments.Json ? JsonText.Of(Json(access)) : access.RevealKey()).ConfigureAwait(false);
            return ExitCode.Ok;
        }
    });

    private static JsonObject Json(LatchkeyAccess access) => new()
    {
        ["token"] = access.RevealKey(),
        ["base_url"] = access.BaseAddress,
        ["expires_at"] = access.ExpiresAt is { } end ? ProtocolJson.Instant(end) : null,
        ["direct"] = access.IsDirect,
    };
}
