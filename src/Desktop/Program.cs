namespace Latchkey.Desktop;

internal static class Program
{
    // Not async: the window lives on the process's main thread, and on Windows in its apartment.
    [STAThread]
    private static int Main(string[] args)
    {
        BoundPatterns();
        return DesktopHost.Run(args);
    }

    /// <summary>
    /// Before the first pattern is used: answers are coloured by grammars that somebody else wrote, and a text that one of them doesn't come to an
    /// end with stays plain.
    /// </summary>
    internal static void BoundPatterns() => AppDomain.CurrentDomain.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromMilliseconds(250));
}
