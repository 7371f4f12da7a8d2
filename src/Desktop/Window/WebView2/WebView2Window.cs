using System.Runtime.Versioning;
using Microsoft.Web.WebView2.Core;

namespace Latchkey.Desktop.Window.WebView2;

/// <summary>
/// The window on Windows: the system's own, with the WebView2 runtime, which is Edge's engine. Never run by this project's tests.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WebView2Window : IAppWindow
{
    private static int _loaderIsNamed;

    public string Name => "WebView2";

    public string? Unavailable()
    {
        try
        {
            if (Interlocked.Exchange(ref _loaderIsNamed, 1) == 0)
            {
                // Beside the program, where a single-file app's assemblies are not. Only once: the loader refuses when it is loaded.
                CoreWebView2Environment.SetLoaderDllFolderPath(AppContext.BaseDirectory);
            }

            return string.IsNullOrEmpty(CoreWebView2Environment.GetAvailableBrowserVersionString()) ? NotInstalled : null;
        }
        catch (WebView2RuntimeNotFoundException)
        {
            return NotInstalled;
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or FileNotFoundException)
        {
            return $"the app's own WebView2Loader.dll can't be loaded: {failure.Message}";
        }
    }

    private static string NotInstalled =>
        "the WebView2 runtime isn't installed; it comes with Windows 11 and with Edge, or from "
        + "https://developer.microsoft.com/microsoft-edge/webview2.";

    public void Run(WindowRequest request, CancellationToken stop)
    {
        Exception? failure = null;
        // Its COM objects want a single-threaded apartment, whatever the caller's thread is.
        var thread = new Thread(() =>
        {
            try
            {
                new OpenWebView2Window(request).Run(stop);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.SetApartmentState(ApartmentState.STA);
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            throw failure is WindowUnavailableException or WindowCrashedException
                ? failure
                : new WindowUnavailableException($"{Name}: {failure.Message}");
        }
    }
}
