using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Latchkey.Desktop.Window.WkWebView;

/// <summary>One window from its opening to its end, on the main thread. AppKit calls back without data: there is one at a time.</summary>
[SupportedOSPlatform("macos")]
internal sealed unsafe class OpenWkWindow : IDisposable
{
    // NSWindowStyleMask: titled, closable, miniaturizable, resizable.
    private const nuint Style = 1 | 2 | 4 | 8;

    private static readonly nint DelegateClass = DefineDelegate();
    private static OpenWkWindow? _current;

    private readonly WindowRequest _request;
    private readonly Navigator _navigator;
    private readonly CrashRule _crashes = new(TimeProvider.System);
    private readonly nint _app;
    private readonly nint _window;
    private readonly nint _view;
    private readonly nint _delegate;
    private ExceptionDispatchInfo? _failure;

    public OpenWkWindow(WindowRequest request)
    {
        _request = request;
        _navigator = new(request);
        if (Interlocked.CompareExchange(ref _current, this, null) is not null)
        {
            throw new WindowUnavailableException("WKWebView: this process has a window already.");
        }

        _app = ObjC.Send(ObjC.Class("NSApplication"), "sharedApplication");
        // Regular: with a menu and a place in the Dock, though there is no bundle.
        ObjC.Send(_app, "setActivationPolicy:", 0);
        _delegate = ObjC.Send(DelegateClass, "new");

        var content = new ObjC.Rectangle(0, 0, request.Size.Width, request.Size.Height);
        _view = NewView(content);
        ObjC.Send(_view, "setNavigationDelegate:", _delegate);
        ObjC.Send(_view, "setUIDelegate:", _delegate);
        ObjC.Send(_view, "addObserver:forKeyPath:options:context:", _delegate, ObjC.String("title"), 1, 0);
        // Since macOS 13.3; before, developers' settings decide.
        if (request.DeveloperTools && ObjC.Responds(_view, "setInspectable:"))
        {
            ObjC.Send(_view, "setInspectable:", 1);
        }

        _window = ObjC.NewWindow(content, Style);
        ObjC.Send(_window, "setReleasedWhenClosed:", 0);
        ObjC.Send(_window, "setDelegate:", _delegate);
        ObjC.Send(_window, "setTitle:", ObjC.String(request.Title));
        ObjC.Send(_window, "setContentView:", _view);
        ObjC.Send(_window, "center");
        ObjC.Send(_app, "setMainMenu:", NewMenu(request.Title));
    }

    public void Run(CancellationToken stop)
    {
        ObjC.Send(_window, "makeKeyAndOrderFront:", 0);
        ObjC.Send(_app, "activateIgnoringOtherApps:", 1);
        Load(_request.Address.AbsoluteUri);
        _request.Logger.Shown("WKWebView");
        using (stop.Register(() => ObjC.SendOnMainThread(_window, "close")))
        {
            ObjC.Send(_app, "run");
        }

        _failure?.Throw();
    }

    public void Dispose()
    {
        ObjC.Send(_view, "removeObserver:forKeyPath:", _delegate, ObjC.String("title"));
        ObjC.Send(_view, "setNavigationDelegate:", 0);
        ObjC.Send(_view, "setUIDelegate:", 0);
        ObjC.Send(_window, "setDelegate:", 0);
        ObjC.Send(_window, "setContentView:", 0);
        ObjC.Send(_view, "release");
        ObjC.Send(_window, "release");
        ObjC.Send(_delegate, "release");
        _current = null;
    }

    private static nint NewView(ObjC.Rectangle place)
    {
        var configuration = ObjC.Send(ObjC.Send(ObjC.Class("WKWebViewConfiguration"), "new"), "autorelease");
        // Nothing of a session is kept: the page's cookies end with the window.
        ObjC.Send(configuration, "setWebsiteDataStore:", ObjC.Send(ObjC.Class("WKWebsiteDataStore"), "nonPersistentDataStore"));
        // Then WebKit asks for a new window only when the person wanted something.
        ObjC.Send(ObjC.Send(configuration, "preferences"), "setJavaScriptCanOpenWindowsAutomatically:", 0);
        return ObjC.Send(ObjC.Send(ObjC.Class("WKWebView"), "alloc"), "initWithFrame:configuration:", place, configuration);
    }

    /// <summary>Without a menu no key copies or pastes.</summary>
    private static nint NewMenu(string title)
    {
        var bar = ObjC.Send(ObjC.Send(ObjC.Class("NSMenu"), "new"), "autorelease");
        AddMenu(bar, title, ("Quit", "performClose:", "q"));
        AddMenu(
            bar, "Edit",
            ("Undo", "undo:", "z"), ("Redo", "redo:", "Z"),
            ("Cut", "cut:", "x"), ("Copy", "copy:", "c"), ("Paste", "paste:", "v"), ("Select All", "selectAll:", "a"));
        AddMenu(
            bar, "View",
            ("Zoom In", "latchkeyZoomIn:", "+"), ("Zoom Out", "latchkeyZoomOut:", "-"), ("Actual Size", "latchkeyZoomReset:", "0"));
        AddMenu(bar, "Window", ("Minimize", "performMiniaturize:", "m"), ("Close", "performClose:", "w"));
        return bar;
    }

    private static void AddMenu(nint bar, string title, params (string Title, string Action, string Key)[] items)
    {
        var menu = ObjC.Send(ObjC.Send(ObjC.Class("NSMenu"), "alloc"), "initWithTitle:", ObjC.String(title));
        foreach (var (name, action, key) in items)
        {
            ObjC.Send(menu, "addItem:", ObjC.Send(ObjC.NewMenuItem(ObjC.String(name), action, ObjC.String(key)), "autorelease"));
        }

        var holder = ObjC.Send(ObjC.Send(ObjC.Class("NSMenuItem"), "new"), "autorelease");
        ObjC.Send(holder, "setSubmenu:", menu);
        ObjC.Send(bar, "addItem:", holder);
        ObjC.Send(menu, "release");
    }

    private static nint DefineDelegate()
    {
        var type = ObjC.NewClass(ObjC.Class("NSObject"), "LatchkeyWindowDelegate", 0);
        // Types: v nothing, @ object, : selector, ^v pointer, @? block.
        ObjC.Implement(type, "windowWillClose:", (delegate* unmanaged<nint, nint, nint, void>)&OnClosing, "v@:@");
        ObjC.Implement(
            type, "webView:decidePolicyForNavigationAction:decisionHandler:",
            (delegate* unmanaged<nint, nint, nint, nint, nint, void>)&OnNavigation, "v@:@@@?");
        ObjC.Implement(
            type, "webView:createWebViewWithConfiguration:forNavigationAction:windowFeatures:",
            (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint>)&OnNewWindow, "@@:@@@@");
        ObjC.Implement(type, "webViewWebContentProcessDidTerminate:", (delegate* unmanaged<nint, nint, nint, void>)&OnTerminated, "v@:@");
        ObjC.Implement(type, "webViewDidClose:", (delegate* unmanaged<nint, nint, nint, void>)&OnPageCloses, "v@:@");
        ObjC.Implement(
            type, "observeValueForKeyPath:ofObject:change:context:",
            (delegate* unmanaged<nint, nint, nint, nint, nint, nint, void>)&OnTitle, "v@:@@@^v");
        ObjC.Implement(type, "latchkeyZoomIn:", (delegate* unmanaged<nint, nint, nint, void>)&OnZoomIn, "v@:@");
        ObjC.Implement(type, "latchkeyZoomOut:", (delegate* unmanaged<nint, nint, nint, void>)&OnZoomOut, "v@:@");
        ObjC.Implement(type, "latchkeyZoomReset:", (delegate* unmanaged<nint, nint, nint, void>)&OnZoomReset, "v@:@");
        ObjC.RegisterClass(type);
        return type;
    }

    private void Load(string address)
    {
        var url = ObjC.Send(ObjC.Class("NSURL"), "URLWithString:", ObjC.String(address));
        ObjC.Send(_view, "loadRequest:", ObjC.Send(ObjC.Class("NSURLRequest"), "requestWithURL:", url));
    }

    private static string? TargetOf(nint action) =>
        ObjC.Text(ObjC.Send(ObjC.Send(ObjC.Send(action, "request"), "URL"), "absoluteString"));

    /// <summary>WKNavigationType: 0 is a link, 1 a form.</summary>
    private static bool ByPerson(nint action) => ObjC.Send(action, "navigationType") is 0 or 1;

    private void HandleCrash()
    {
        if (!_crashes.Reloads())
        {
            throw new WindowCrashedException(
                $"The page's engine (WebContent) ended twice within {CrashRule.Quiet.TotalSeconds:0} seconds.");
        }

        _request.Logger.EngineEnded("ended");
        Load(ObjC.Text(ObjC.Send(ObjC.Send(_view, "URL"), "absoluteString")) ?? _request.Address.AbsoluteUri);
    }

    private void Zoom(Func<double, double> step) => ObjC.Send(_view, "setPageZoom:", step(ObjC.SendForDouble(_view, "pageZoom")));

    /// <summary>Runs a callback: an exception can't cross AppKit, so it ends the window and is thrown behind the loop.</summary>
    private static void Guard(Action<OpenWkWindow> handler)
    {
        if (_current is not { } open)
        {
            return;
        }

        try
        {
            handler(open);
        }
        catch (Exception failure)
        {
            open._failure ??= ExceptionDispatchInfo.Capture(failure);
            ObjC.SendOnMainThread(open._window, "close");
        }
    }

    [UnmanagedCallersOnly]
    private static void OnClosing(nint self, nint selector, nint notification) => Guard(open =>
    {
        ObjC.Send(open._app, "stop:", 0);
        // The loop looks at it after the next event.
        ObjC.Send(open._app, "postEvent:atStart:", ObjC.NewEmptyEvent(), 1);
    });

    [UnmanagedCallersOnly]
    private static void OnNavigation(nint self, nint selector, nint view, nint action, nint decide)
    {
        var allowed = false;
        Guard(open =>
        {
            // A link without a frame of its own comes again as a new window, which is decided there.
            var newWindow = ObjC.Send(action, "targetFrame") == 0;
            allowed = newWindow || open._navigator.Loads(TargetOf(action), ByPerson(action));
        });
        ObjC.CallBlock(decide, allowed ? 1 : 0);
    }

    [UnmanagedCallersOnly]
    private static nint OnNewWindow(nint self, nint selector, nint view, nint configuration, nint action, nint features)
    {
        Guard(open => open._navigator.TakeNewWindow(TargetOf(action), byPerson: true, open.Load));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static void OnTerminated(nint self, nint selector, nint view) => Guard(open => open.HandleCrash());

    [UnmanagedCallersOnly]
    private static void OnPageCloses(nint self, nint selector, nint view) => Guard(open => ObjC.SendOnMainThread(open._window, "close"));

    [UnmanagedCallersOnly]
    private static void OnTitle(nint self, nint selector, nint path, nint view, nint change, nint context) => Guard(open =>
    {
        var title = ObjC.Text(ObjC.Send(view, "title"));
        ObjC.Send(open._window, "setTitle:", ObjC.String(string.IsNullOrEmpty(title) ? open._request.Title : title));
    });

    [UnmanagedCallersOnly]
    private static void OnZoomIn(nint self, nint selector, nint sender) => Guard(open => open.Zoom(ZoomSteps.In));

    [UnmanagedCallersOnly]
    private static void OnZoomOut(nint self, nint selector, nint sender) => Guard(open => open.Zoom(ZoomSteps.Out));

    [UnmanagedCallersOnly]
    private static void OnZoomReset(nint self, nint selector, nint sender) => Guard(open => open.Zoom(_ => 1));
}
