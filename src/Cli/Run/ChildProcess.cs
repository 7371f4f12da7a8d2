using System.ComponentModel;
using System.Diagnostics;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Run;

/// <summary>Starts a program on Windows, with this one's console and handles, and waits for its end.</summary>
internal static class ChildProcess
{
    public static int Run(Launch launch)
    {
        // Ctrl+C goes to every program of the console: this one leaves it to the other.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { UseShellExecute = false };
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception e)
        {
            throw new CommandException(ExitCode.CannotRun, $"{launch.Program} can't be run: {e.Message}");
        }
    }
}
