using Latchkey.Desktop.Chat.Prose;

namespace Latchkey.Desktop;

internal static class Program
{
    // Not async: the window lives on the process's main thread, and on Windows in its apartment.
    [STAThread]
    private static int Main(string[] args)
    {
        CodeColours.BoundSearches();
        return DesktopHost.Run(args);
    }
}
