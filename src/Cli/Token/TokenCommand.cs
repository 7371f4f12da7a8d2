using System.Text.Json.Nodes;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client;
using Latchkey.Protocol;

namespace Latchkey.Cli.Token;

/// <summary>Prints a token and nothing else. Tools ask it before every few calls, so it starts nothing that it doesn't need.</summary>
internal static class TokenCommand
{
    public static int Run(TokenArguments arguments, Terminal terminal, TimeProvider time) => CommandFrame.Run(terminal, arguments.Json, async () =>
    {
        var session = Session.Open(time);
        await using (session.ConfigureAwait(false))
        {
            var access = await session.Client.GetAccessAsync().ConfigureAwait(false);
            if (access.IsDirect && !arguments.AllowDirect)
            {
                throw new CommandException(
                    session.Options.Enabled ? ExitCode.Unreachable : ExitCode.NotConfigured,
                    session.Client.Status.Message,
                    "There is no token for that; --allow-direct prints the key instead.");
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
