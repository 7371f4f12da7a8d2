using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Latchkey.Desktop.Window.WebKitGtk;

/// <summary>One window from its opening to its end. Everything but <see cref="CloseFromAnyThread"/> belongs to GTK's thread.</summary>
internal sealed unsafe class OpenGtkWindow : IDisposable
{
    private readonly WindowRequest _request;
    private readonly Navigator _navigator;
    private readonly CrashRule _crashes;
    private readonly GCHandle _self;
    private readonly nint _context;
    private readonly nint _view;
    private readonly SystemColorScheme _colors;
    private readonly Lock _closing = new();
    private nint _window;
    private uint _closeSource;
    private bool _ended;

    public OpenGtkWindow(WindowRequest request)
    {
        _request = request;
        _navigator = new(request);
        _crashes = new(TimeProvider.System);
        _self = GCHandle.Alloc(this);
        _colors = SystemColorScheme.Follow();

        // Nothing of a session is kept: the page's cookies end with the window. Loopback needs no proxy, whatever the system says.
        _context = WebKit.NewEphemeralContext();
        WebKit.SetProxy(WebKit.DataManager(_context), WebKit.NoProxy, 0);
        _view = WebKit.NewView(_context);
        var settings = WebKit.Settings(_view);
        // A chat is text. Drivers that can't share buffers with WebKit show an empty window instead, and a virtual display has no driver.
        WebKit.SetAcceleration(settings, WebKit.NeverAccelerate);
        WebKit.SetDeveloperTools(settings, request.DeveloperTools ? 1 : 0);

        _window = Gtk.NewWindow(Gtk.Toplevel);
        Gtk.SetTitle(_window, request.Title);
        Gtk.SetDefaultSize(_window, request.Size.Width, request.Size.Height);
        if (request.Icon is { } icon)
        {
            // A file that isn't there or no picture leaves the system's icon.
            _ = Gtk.SetIcon(_window, icon, 0);
        }

        var self = GCHandle.ToIntPtr(_self);
        Glib.Connect(_window, "destroy", (delegate* unmanaged<nint, nint, void>)&OnDestroy, self);
        Glib.Connect(_window, "key-press-event", (delegate* unmanaged<nint, nint, nint, int>)&OnKeyPress, self);
        Glib.Connect(_view, "notify::title", (delegate* unmanaged<nint, nint, nint, void>)&OnTitle, self);
        Glib.Connect(_view, "decide-policy", (delegate* unmanaged<nint, nint, int, nint, int>)&OnDecidePolicy, self);
        Glib.Connect(_view, "create", (delegate* unmanaged<nint, nint, nint, nint>)&OnCreate, self);
        Glib.Connect(_view, "web-process-terminated", (delegate* unmanaged<nint, int, nint, void>)&OnTerminated, self);
        Glib.Connect(_view, "close", (delegate* unmanaged<nint, nint, void>)&OnClose, self);
        Glib.Connect(_context, "download-started", (delegate* unmanaged<nint, nint, nint, void>)&OnDownload, self);

        Gtk.Add(_window, _view);
        Gtk.GrabFocus(_view);
        Gtk.ShowAll(_window);
        WebKit.Load(_view, request.Address.AbsoluteUri);
        request.Logger.Shown("WebKitGTK");
    }

    /// <summary>What ended the window, if it wasn't the person or the token.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    public void CloseFromAnyThread()
    {
        lock (_closing)
        {
            if (_closeSource == 0 && !_ended)
            {
                _closeSource = Glib.IdleAdd(&OnIdleClose, GCHandle.ToIntPtr(_self));
            }
        }
    }

    public void Dispose()
    {
        lock (_closing)
        {
            if (_closeSource > 0)
            {
                _ = Glib.SourceRemove(_closeSource);
            }

            _ended = true;
        }

        DestroyWindow();
        _colors.Dispose();
        Glib.Unref(_context);
        _self.Free();
    }

    private void DestroyWindow()
    {
        if (_window != 0)
        {
            Gtk.Destroy(_window);
        }
    }

    private bool Handle(uint key, uint modifiers)
    {
        if ((modifiers & Gtk.ControlMask) == 0)
        {
            return false;
        }

        switch (key)
        {
            case GtkKeys.Plus or GtkKeys.Equal or GtkKeys.PadPlus:
                WebKit.SetZoom(_view, ZoomSteps.In(WebKit.Zoom(_view)));
                return true;
            case GtkKeys.Minus or GtkKeys.PadMinus:
                WebKit.SetZoom(_view, ZoomSteps.Out(WebKit.Zoom(_view)));
                return true;
            case GtkKeys.Zero or GtkKeys.PadZero:
                WebKit.SetZoom(_view, 1);
                return true;
            case GtkKeys.Q or GtkKeys.W:
                Gtk.Close(_window);
                return true;
            default:
                return false;
        }
    }

    /// <returns>Whether the decision is made here; otherwise WebKit goes on by itself.</returns>
    private bool Decide(nint decision, int type)
    {
        if (type is not (WebKit.NavigationAction or WebKit.NewWindowAction))
        {
            if (WebKit.CanShow(decision) != 0)
            {
                return false;
            }

            WebKit.Download(decision);
            return true;
        }

        var action = WebKit.Action(decision);
        if (type == WebKit.NavigationAction && _navigator.Loads(TargetOf(action), ByPerson(action)))
        {
            return false;
        }

        WebKit.Ignore(decision);
        if (type == WebKit.NewWindowAction)
        {
            TakeNewWindow(action);
        }

        return true;
    }

    private void TakeNewWindow(nint action) =>
        _navigator.TakeNewWindow(TargetOf(action), ByPerson(action), target => WebKit.Load(_view, target));

    private static string? TargetOf(nint action) => WebKit.AddressOf(WebKit.ActionRequest(action));

    private static bool ByPerson(nint action) => WebKit.IsUserGesture(action) != 0;

    private void HandleCrash(int reason)
    {
        var name = reason switch
        {
            0 => "crashed",
            1 => "used too much memory",
            _ => "was ended",
        };
        if (_crashes.Reloads())
        {
            _request.Logger.EngineEnded(name);
            // A reload would be a request from nowhere, which gets no strict cookie; this is one from the person.
            WebKit.Load(_view, WebKit.AddressOfPage(_view) ?? _request.Address.AbsoluteUri);
            return;
        }

        throw new WindowCrashedException(
            $"The page's engine (WebKitWebProcess) {name} twice within {CrashRule.Quiet.TotalSeconds:0} seconds.");
    }

    /// <summary>Runs a signal's handler: an exception can't cross GTK, so it ends the window and is thrown behind the loop.</summary>
    private static T Guard<T>(nint data, Func<OpenGtkWindow, T> handler, T otherwise)
    {
        var open = (OpenGtkWindow)GCHandle.FromIntPtr(data).Target!;
        try
        {
            return handler(open);
        }
        catch (Exception failure)
        {
            open.Failure ??= ExceptionDispatchInfo.Capture(failure);
            open.CloseFromAnyThread();
            return otherwise;
        }
    }

    private static void Guard(nint data, Action<OpenGtkWindow> handler) => Guard(data, open => { handler(open); return 0; }, 0);

    [UnmanagedCallersOnly]
    private static void OnDestroy(nint widget, nint data) => Guard(data, open =>
    {
        open._window = 0;
        Gtk.QuitLoop();
    });

    [UnmanagedCallersOnly]
    private static int OnKeyPress(nint widget, nint keyEvent, nint data) => Guard(
        data,
        open =>
        {
            var isKey = Gtk.KeyOf(keyEvent, out var key) != 0 & Gtk.ModifiersOf(keyEvent, out var modifiers) != 0;
            return isKey && open.Handle(key, modifiers) ? 1 : 0;
        },
        otherwise: 0);

    [UnmanagedCallersOnly]
    private static void OnTitle(nint view, nint property, nint data) => Guard(data, open =>
        Gtk.SetTitle(open._window, WebKit.TitleOf(view) is { Length: > 0 } title ? title : open._request.Title));

    // Where the handler fails, the decision is still made: not to go there.
    [UnmanagedCallersOnly]
    private static int OnDecidePolicy(nint view, nint decision, int type, nint data) => Guard(
        data,
        open => open.Decide(decision, type) ? 1 : 0,
        otherwise: 1);

    // A script's new window, about which no decision is asked. There is never one.
    [UnmanagedCallersOnly]
    private static nint OnCreate(nint view, nint action, nint data)
    {
        Guard(data, open => open.TakeNewWindow(action));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static void OnTerminated(nint view, int reason, nint data) => Guard(data, open => open.HandleCrash(reason));

    [UnmanagedCallersOnly]
    private static void OnClose(nint view, nint data) => Guard(data, open => Gtk.Close(open._window));

    [UnmanagedCallersOnly]
    private static void OnDownload(nint context, nint download, nint data) => Guard(data, open =>
    {
        // What is the app's own goes to the person's download folder, which is WebKit's way when nobody says another.
        if (!open._navigator.Downloads(WebKit.AddressOf(WebKit.DownloadRequest(download))))
        {
            WebKit.CancelDownload(download);
        }
    });

    [UnmanagedCallersOnly]
    private static int OnIdleClose(nint data)
    {
        var open = (OpenGtkWindow)GCHandle.FromIntPtr(data).Target!;
        lock (open._closing)
        {
            // Returning 0 removes the source.
            open._closeSource = 0;
            open._ended = true;
        }

        open.DestroyWindow();
        return 0;
    }
}
