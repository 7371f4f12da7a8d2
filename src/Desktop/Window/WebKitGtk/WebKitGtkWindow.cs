using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Latchkey.Desktop.Window.WebKitGtk;

/// <summary>The window on Linux: GTK 3 with WebKitGTK, both the system's own.</summary>
internal sealed class WebKitGtkWindow : IAppWindow
{
    public string Name => "WebKitGTK";

    public string? Unavailable()
    {
        if (Display.Missing() is { } reason)
        {
            return reason;
        }

        // Loading WebKitGTK loads what it stands on. It is used right after, so it stays loaded.
        return NativeLibrary.TryLoad(WebKit.Library, out _) && NativeLibrary.TryLoad(Gtk.Library, out _)
            ? null
            : $"{WebKit.Library} isn't installed; its package is libwebkit2gtk-4.1-0 on Debian and Ubuntu, webkit2gtk4.1 on Fedora, "
                + "webkit2gtk-4.1 on Arch.";
    }

    public void Run(WindowRequest request, CancellationToken stop)
    {
        Glib.SetProgramName(AppWindows.ProgramName);
        if (Gtk.InitCheck(0, 0) == 0)
        {
            throw new WindowUnavailableException($"{Name}: the display '{Display.Name}' doesn't answer.");
        }

        ExceptionDispatchInfo? failure;
        using (var open = new OpenGtkWindow(request))
        {
            using var stopping = stop.Register(open.CloseFromAnyThread);
            Gtk.RunLoop();
            failure = open.Failure;
        }

        // The view's end is told to its processes while the loop turns.
        while (Gtk.EventsPending() != 0)
        {
            _ = Gtk.TurnLoop(blocking: 0);
        }

        failure?.Throw();
    }
}
