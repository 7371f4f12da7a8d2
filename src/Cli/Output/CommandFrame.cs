using System.Text.Json.Nodes;
using Latchkey.Client;

namespace Latchkey.Cli.Output;

/// <summary>
/// Runs a command and turns whatever stops it into one line on the standard error and an exit code; with <c>--json</c> into JSON as well.
/// </summary>
internal static class CommandFrame
{
    /// <summary>Waits on the thread that calls, the program's first. SIGINT and SIGTERM have their ordinary effect.</summary>
    public static int Run(Terminal terminal, bool json, Func<Task<int>> command) => Run(terminal, json, () => command().GetAwaiter().GetResult());

    public static int Run(Terminal terminal, bool json, Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception e) when (Explain(e) is { } explained)
        {
            return Report(terminal, json, explained);
        }
    }

    /// <summary>The exit code that goes with a state in which there is no way to Claude.</summary>
    public static int CodeOf(LatchkeyStatus status) => status switch
    {
        { State: LatchkeyState.Disabled } => ExitCode.NotConfigured,
        { IsRefusal: true } => ExitCode.Refused,
        _ => ExitCode.Unreachable,
    };

    private static CommandException? Explain(Exception e) => e switch
    {
        CommandException known => known,
        LatchkeyException { Status: var status } => new CommandException(CodeOf(status), status.Message, status.Advice),
        LatchkeySettingsException => new CommandException(ExitCode.NotConfigured, e.Message),
        SecretStoreException => new CommandException(ExitCode.Failed, e.Message),
        HttpRequestException => new CommandException(ExitCode.Unreachable, $"The call broke: {e.Message}"),
        IOException or UnauthorizedAccessException => new CommandException(ExitCode.Failed, e.Message),

        // A fault of ours: developers want to see it whole.
        _ when Environment.GetEnvironmentVariable("LATCHKEY_DEBUG") is { Length: > 0 } => null,
        _ => new CommandException(ExitCode.Failed, $"Something unforeseen went wrong: {e.Message}", "LATCHKEY_DEBUG=1 shows where."),
    };

    private static int Report(Terminal terminal, bool json, CommandException e)
    {
        var line = OneLine(e.Advice is null ? e.Message : $"{e.Message} {e.Advice}");
        terminal.Say(line);
        if (json)
        {
            JsonText.Write(terminal.Output, new JsonObject { ["error"] = OneLine(e.Message), ["advice"] = e.Advice, ["exit_code"] = e.ExitCode });
        }

        return e.ExitCode;
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
