using System.CommandLine;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Output;
using Latchkey.Cli.Setup;
using Latchkey.Client;

namespace Latchkey.Cli.Doctor;

/// <summary>Looks at everything between this machine and Claude, a line each, and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Define(Surroundings at)
    {
        var noCall = new Option<bool>("--no-call") { Description = "Leave out the call of a model, which costs a few tokens." };
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Look at everything between this machine and Claude, and say what to do.") { noCall, json };
        command.SetAction(parsed => Run(parsed.GetValue(noCall), parsed.GetValue(json), at.Terminal, at.Time));
        at.Help.Examples(command, "latchkey doctor", "latchkey doctor --no-call --json");
        return command;
    }

    public static int Run(bool noCall, bool json, Terminal terminal, TimeProvider time) => CommandFrame.Run(terminal, json, async () =>
    {
        LatchkeyOptions options;
        try
        {
            options = LatchkeyOptions.Load();
        }
        catch (LatchkeySettingsException e)
        {
            var report = new DoctorReport(json, terminal);
            report.Add("Configuration", new Finding.Broken(e.Message, "Mend it, or 'latchkey login' anew."));
            return report.End();
        }

        var session = Session.Open(options, time);
        await using (session.ConfigureAwait(false))
        {
            Func<string, string?> environment = Environment.GetEnvironmentVariable;
            var patient = new Patient(session, ClaudeCodeFiles.OfProcess(environment), environment, time);
            var waiting = new Waiting(terminal, time);
            var report = new DoctorReport(json, terminal);
            foreach (var check in Checks(noCall))
            {
                report.Add(check.Name, await waiting.ForAsync(check.Name, check.LookAsync(patient, CancellationToken.None)).ConfigureAwait(false));
            }

            return report.End();
        }
    });

    private static IReadOnlyList<IDoctorCheck> Checks(bool noCall) =>
    [
        new ConfigurationCheck(),
        new NetworkProxyCheck(),
        new NameCheck(),
        new ConnectionCheck(),
        new HealthCheck(),
        new StoreCheck(),
        new TokenCheck(),
        new ModelsCheck(),
        new CallCheck(noCall),
        new ClaudeCodeCheck(),
        new VariablesCheck(),
        new SettingsFilesCheck(),
    ];
}
