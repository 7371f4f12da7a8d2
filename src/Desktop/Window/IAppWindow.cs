namespace Latchkey.Desktop.Window;

/// <summary>One way of showing the app's page in a window of its own.</summary>
internal interface IAppWindow
{
    /// <summary>What it is called in messages, such as <c>WebKitGTK</c>.</summary>
    string Name { get; }

    /// <summary>Why it can't be had on this machine, with what to install, in one sentence; null when it can.</summary>
    string? Unavailable();

    /// <summary>
    /// Opens the window and blocks until the person has closed it; <paramref name="stop"/> closes it too. Call it on the process's main
    /// thread, from a <c>Main</c> that isn't async: AppKit refuses any other, and an await would leave it.
    /// </summary>
    /// <exception cref="WindowUnavailableException">The window can't be opened after all.</exception>
    /// <exception cref="WindowCrashedException">It stood open and its engine ended again and again.</exception>
    void Run(WindowRequest request, CancellationToken stop);
}
