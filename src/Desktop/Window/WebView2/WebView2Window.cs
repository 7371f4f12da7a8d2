namespace Latchkey.Desktop.Window.WebView2;

internal sealed class WebView2Window : IAppWindow
{
    public string Name => "WebView2Window";
    public string? Unavailable() => "not written yet.";
    public void Run(WindowRequest request, CancellationToken stop) => throw new WindowUnavailableException("not written yet.");
}
