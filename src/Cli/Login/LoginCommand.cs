using System.CommandLine;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Client;
using Latchkey.Client.Settings;
using Latchkey.Protocol;

namespace Latchkey.Cli.Login;

/// <summary>Makes a gateway this person's, or keeps a key of their own. Nothing is written before the gateway has given a token.</summary>
internal static class LoginCommand
{
    /// <summary>As <c>--code</c>: read it from the standard input.</summary>
    private const string FromInput = "-";

    public static Command Define(Surroundings at)
    {
        var gateway = new Argument<string?>("url") { Description = "The gateway's address.", Arity = ArgumentArity.ZeroOrOne };
        var code = new Option<string?>("--code")
        {
            Description = "A code from your administrator, where the gateway asks for one; - reads it from the standard input.",
        };
        var key = new Option<bool>("--key")
        {
            Description = "Keep an Anthropic key of your own, read from the standard input, for when there is no gateway.",
        };
        var json = CommonOptions.Json();
        var command = new Command("login", "Use a gateway from now on.") { gateway, code, key, json };
        command.SetAction(parsed => Run(
            parsed.GetValue(gateway), parsed.GetValue(code), parsed.GetValue(key), parsed.GetValue(json), at.Terminal, at.Time));
        at.Help.Examples(command, "latchkey login https://claude.example.com", "latchkey login --key", "pass show anthropic | latchkey login --key");
        at.Help.Notes(command, "The gateway is asked for a token first; nothing is kept if it gives none.");
        return command;
    }

    private static int Run(string? gateway, string? code, bool key, bool json, Terminal terminal, TimeProvider time) =>
        CommandFrame.Run(terminal, json, () => RunAsync(gateway, code, key, json, terminal, time));

    private static async Task<int> RunAsync(string? gateway, string? code, bool key, bool json, Terminal terminal, TimeProvider time)
    {
        if (gateway is null && !key)
        {
            throw new CommandException(
                ExitCode.Usage, "There is no address.", "Type 'latchkey login https://claude.example.com', or --key for a key of your own.");
        }

        var options = LatchkeyOptions.Load();
        if (gateway is not null)
        {
            options.Enabled = true;
            options.BootstrapUrl = GatewayAddress.Parse(gateway);
            options.HealthUrl = null;
            options.EnrollmentCode = code == FromInput ? SecretInput.Read("enrolment code", terminal) : code ?? options.EnrollmentCode;
            options.Origin = PersonFile(options);
        }

        var ownKey = key ? ReadKey(terminal) : null;
        var session = Session.Open(options, time);
        await using (session.ConfigureAwait(false))
        {
            if (ownKey is not null)
            {
                await session.Client.KeepOwnKeyAsync(ownKey).ConfigureAwait(false);
            }

            var status = gateway is null
                ? session.Client.Status
                : await LogInAsync(session, withCode: code is not null, new Waiting(terminal, time)).ConfigureAwait(false);
            if (gateway is not null)
            {
                Keep(session.Options);
                Warn(session.Options, terminal);
            }

            return await StatusReport.WriteAsync(session, status, json, terminal, time).ConfigureAwait(false);
        }
    }

    private static async Task<LatchkeyStatus> LogInAsync(Session session, bool withCode, Waiting waiting)
    {
        var status = await waiting.ForAsync($"asking {session.GatewayName}", session.Client.CheckHealthAsync()).ConfigureAwait(false);
        if (status.State == LatchkeyState.Ready && withCode)
        {
            // The token at hand may be one of before the code.
            await session.Client.ForgetAsync().ConfigureAwait(false);
            status = await waiting.ForAsync($"asking {session.GatewayName}", session.Client.RefreshAsync()).ConfigureAwait(false);
        }

        return status.State == LatchkeyState.Ready
            ? status
            : throw new CommandException(CommandFrame.CodeOf(status), status.Message, status.IsRefusal ? status.Advice : "Nothing was changed.");
    }

    /// <summary>The code isn't kept: it is good for the first token, and that has come.</summary>
    private static void Keep(LatchkeyOptions options)
    {
        var file = PersonFile(options);
        var settings = SettingsFile.Read(file) ?? new SettingsFile();
        (settings with
        {
            EnableProxy = true,
            ProxyBootstrapUrl = options.BootstrapUrl!.AbsoluteUri,
            ProxyHealthUrl = null,
            EnrollmentCode = null,
        }).Write(file);
    }

    private static void Warn(LatchkeyOptions options, Terminal terminal)
    {
        foreach (var name in (string[])["ENABLE_PROXY", "PROXY_BOOTSTRAP_URL", "PROXY_HEALTH_URL"])
        {
            if (!string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name)))
            {
                terminal.Say($"{name} is set in the environment and outweighs what was kept now.");
            }
        }

        if (options.BootstrapUrl is { Scheme: "http", IsLoopback: false })
        {
            terminal.Say($"{options.BootstrapUrl.Authority} is spoken to without encryption: whoever is on the way can read tokens and prompts.");
        }
    }

    private static string ReadKey(Terminal terminal)
    {
        var key = SecretInput.Read("Anthropic API key", terminal);
        return key.StartsWith("sk-ant-", StringComparison.Ordinal)
            && !key.StartsWith(WrapperToken.Prefix, StringComparison.Ordinal)
            && key.All(c => c is > ' ' and < '\x7f')
            ? key
            : throw new CommandException(ExitCode.Usage, "That isn't a key of Anthropic's: those begin with sk-ant-.");
    }

    private static string PersonFile(LatchkeyOptions options) => Path.Combine(options.Folder, SettingsFile.Name);
}
