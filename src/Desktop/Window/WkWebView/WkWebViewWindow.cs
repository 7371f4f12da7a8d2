using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Latchkey.Desktop.Window.WkWebView;

/// <summary>The window on macOS: AppKit with WKWebView, both the system's own. Never run by this project's tests.</summary>
[SupportedOSPlatform("macos")]
internal sealed class WkWebViewWindow : IAppWindow
{
    public string Name => "WKWebView";

    public string? Unavailable() =>
        NativeLibrary.TryLoad("/System/Library/Frameworks/AppKit.framework/AppKit", out _)
        && NativeLibrary.TryLoad("/System/Library/Frameworks/WebKit.framework/WebKit", out _)
            ? null
            : "AppKit and WebKit can't be loaded.";

    public void Run(WindowRequest request, CancellationToken stop)
    {
        var pool = ObjC.Send(ObjC.Class("NSAutoreleasePool"), "new");
        try
        {
            if ((byte)ObjC.Send(ObjC.Class("NSThread"), "isMainThread") == 0)
            {
                throw new WindowUnavailableException($"{Name}: AppKit has windows on the process's main thread only.");
            }

            using var open = new OpenWkWindow(request);
            open.Run(stop);
        }
        finally
        {
            ObjC.Send(pool, "drain");
        }
    }
}
