namespace Latchkey.Desktop.Window.WkWebView;

internal sealed class WkWebViewWindow : IAppWindow
{
    public string Name => "WkWebViewWindow";
    public string? Unavailable() => "not written yet.";
    public void Run(WindowRequest request, CancellationToken stop) => throw new WindowUnavailableException("not written yet.");
}
