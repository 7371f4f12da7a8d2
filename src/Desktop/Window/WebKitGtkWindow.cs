namespace Latchkey.Desktop.Window;

internal sealed class WebKitGtkWindow : IAppWindow
{
    public string Name => "WebKitGTK";
    public string? Unavailable() => "not written yet.";
    public void Run(WindowRequest request, CancellationToken stop) => throw new WindowUnavailableException("not written yet.");
}
