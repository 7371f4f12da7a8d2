using System.Reflection;
using Latchkey.Cli.Output;
using Latchkey.Client;

namespace Latchkey.Cli.Connection;

/// <summary>The client library with this person's settings, for one command.</summary>
internal sealed class Session : IAsyncDisposable
{
    private Session(LatchkeyOptions options, TimeProvider time)
    {
        Options = options;
        Client = new LatchkeyClient(options, time);
    }

    public LatchkeyOptions Options { get; }

    public LatchkeyClient Client { get; }

    /// <summary>This program's version, without what the build adds to it.</summary>
    public static string Version { get; } =
        typeof(Session).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <exception cref="LatchkeySettingsException">A setting can't be used.</exception>
    public static Session Open(TimeProvider time) => Open(LatchkeyOptions.Load(), time);

    public static Session Open(LatchkeyOptions options, TimeProvider time)
    {
        (options.AppVersion, options.AppChannel) = ($"latchkey/{Version}", "cli");
        return new Session(options, time);
    }

    /// <summary>Looks at the gateway's health first, so that what is started doesn't begin with a failure.</summary>
    /// <exception cref="LatchkeyException">There is no way to Claude.</exception>
    public async Task<LatchkeyAccess> HealthyAccessAsync(Waiting waiting)
    {
        var status = await waiting.ForAsync($"asking {GatewayName}", Client.CheckHealthAsync()).ConfigureAwait(false);
        return status.State == LatchkeyState.Degraded
            ? throw new CommandException(CommandFrame.CodeOf(status), status.Message, status.Advice)
            : await Client.GetAccessAsync().ConfigureAwait(false);
    }

    /// <summary>What stops a command that only a gateway can serve, when there is none or it can't be reached.</summary>
    public CommandException WithoutGateway(string advice) =>
        new(Options.Enabled ? ExitCode.Unreachable : ExitCode.NotConfigured, Client.Status.Message, advice);

    /// <summary>The gateway's host and port, for people.</summary>
    public string GatewayName => Options.BootstrapUrl?.Authority ?? "no gateway";

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
