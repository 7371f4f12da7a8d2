using System.Runtime.InteropServices;
using Latchkey.Desktop.Window;
using Microsoft.Extensions.Logging;

namespace Latchkey.WindowProgram;

/// <summary>
/// Shows one address in the app's window, for tests: a window takes its process's main thread. Arguments: the address and the data folder.
/// Ends with 0 when the window was closed, 3 when there is none to be had, 4 when its engine failed.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        try
        {
            var window = AppWindows.Choose(Environment.GetEnvironmentVariable(AppWindows.Variable));
            window.Run(
                new(new Uri(arguments[0]), "Window program", arguments[1])
                {
                    Size = (800, 600),
                    Logger = loggers.CreateLogger("Window"),
                },
                stop.Token);
            return 0;
        }
        catch (WindowUnavailableException reason)
        {
            Console.Error.WriteLine(reason.Message);
            return 3;
        }
        catch (WindowCrashedException reason)
        {
            Console.Error.WriteLine(reason.Message);
            return 4;
        }
    }
}
