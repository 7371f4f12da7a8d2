namespace Latchkey.Desktop.Window.Chromium;

internal sealed class ChromiumAppWindow : IAppWindow
{
    public string Name => "browser";
    public string? Unavailable() => "not written yet.";
    public void Run(WindowRequest request, CancellationToken stop) => throw new WindowUnavailableException("not written yet.");
}
