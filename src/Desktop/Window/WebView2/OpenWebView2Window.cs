using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Web.WebView2.Core;

namespace Latchkey.Desktop.Window.WebView2;

/// <summary>
/// One window from its opening to its end, on its own thread. It has no async methods: their state would hold WebView2's types by value,
/// and then the app's types couldn't be listed where that library isn't shipped.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class OpenWebView2Window
{
    private const string ClassName = "LatchkeyWindow";

    private readonly WindowRequest _request;
    private readonly Navigator _navigator;
    private readonly CrashRule _crashes = new(TimeProvider.System);
    private readonly User32.WindowProcedure _procedure;
    private readonly nint _window;
    private readonly WindowMessages _messages;
    private CoreWebView2Controller? _controller;
    private Exception? _failure;

    public OpenWebView2Window(WindowRequest request)
    {
        _request = request;
        _navigator = new(request);
        _procedure = Handle;
        _ = User32.SetDpiAwareness(User32.PerMonitorAwareV2);
        var module = User32.ModuleHandle(null);
        var name = Marshal.StringToHGlobalUni(ClassName);
        try
        {
            // When it fails, the creation tells it.
            _ = User32.RegisterClass(new()
            {
                Size = (uint)Marshal.SizeOf<User32.WindowClass>(),
                Procedure = Marshal.GetFunctionPointerForDelegate(_procedure),
                Module = module,
                Cursor = User32.LoadCursor(0, User32.Arrow),
                // COLOR_WINDOW + 1
                Background = 6,
                Name = name,
            });
        }
        finally
        {
            Marshal.FreeHGlobal(name);
        }

        var scale = User32.SystemDpi() / 96.0;
        _window = User32.CreateWindow(
            0, ClassName, request.Title, User32.OverlappedWindow, User32.UseDefault, User32.UseDefault,
            (int)(request.Size.Width * scale), (int)(request.Size.Height * scale), 0, 0, module, 0);
        if (_window == 0)
        {
            throw new WindowUnavailableException($"Windows gives no window: error {Marshal.GetLastPInvokeError()}.");
        }

        _messages = new(_window);
    }

    public void Run(CancellationToken stop)
    {
        SynchronizationContext.SetSynchronizationContext(_messages);
        _ = User32.Show(_window, User32.ShowNormal);
        Then(CoreWebView2Environment.CreateAsync(null, Path.Combine(_request.DataFolder, "webview2")), environment =>
        {
            var options = environment.CreateCoreWebView2ControllerOptions();
            // Nothing of a session is kept: the page's cookies end with the window.
            options.IsInPrivateModeEnabled = true;
            Then(environment.CreateCoreWebView2ControllerAsync(_window, options), Begin);
        });

        using (stop.Register(Close))
        {
            while (User32.GetMessage(out var message, 0, 0, 0) > 0)
            {
                _ = User32.Translate(message);
                _ = User32.Dispatch(message);
            }
        }

        // The class calls a procedure that ends with this object.
        _ = User32.UnregisterClass(ClassName, User32.ModuleHandle(null));
        GC.KeepAlive(_procedure);
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    private void Begin(CoreWebView2Controller controller)
    {
        _controller = controller;
        FitToWindow();
        var view = controller.CoreWebView2;
        view.Settings.AreDevToolsEnabled = _request.DeveloperTools;
        view.Settings.AreHostObjectsAllowed = false;
        view.Settings.IsGeneralAutofillEnabled = false;
        view.Settings.IsPasswordAutosaveEnabled = false;
        view.Settings.IsStatusBarEnabled = false;

        view.NavigationStarting += OnNavigation;
        view.FrameNavigationStarting += OnNavigation;
        view.NewWindowRequested += (_, e) => Guard(() =>
        {
            e.Handled = true;
            _navigator.TakeNewWindow(e.Uri, e.IsUserInitiated, view.Navigate);
        });
        view.LaunchingExternalUriScheme += (_, e) => e.Cancel = true;
        view.DownloadStarting += (_, e) =>
        {
            e.Cancel = true;
            Guard(() => e.Cancel = !_navigator.Downloads(e.DownloadOperation.Uri));
        };
        view.PermissionRequested += (_, e) => e.State = CoreWebView2PermissionState.Deny;
        view.DocumentTitleChanged += (_, _) =>
            User32.SetTitle(_window, view.DocumentTitle is { Length: > 0 } title ? title : _request.Title);
        view.WindowCloseRequested += (_, _) => Close();
        view.ProcessFailed += (_, e) => Guard(() => HandleCrash(e.ProcessFailedKind.ToString()));
        controller.AcceleratorKeyPressed += (_, e) => HandleKey(e);

        view.Navigate(_request.Address.AbsoluteUri);
        controller.MoveFocus(CoreWebView2MoveFocusReason.Programmatic);
        _request.Logger.Shown("WebView2");
    }

    private void OnNavigation(object? sender, CoreWebView2NavigationStartingEventArgs e)
    {
        // Where the rule fails, it isn't gone there.
        e.Cancel = true;
        Guard(() => e.Cancel = !_navigator.Loads(e.Uri, e.IsUserInitiated));
    }

    private void HandleKey(CoreWebView2AcceleratorKeyPressedEventArgs e)
    {
        if (e.KeyEventKind == CoreWebView2KeyEventKind.KeyDown && User32.KeyState(User32.ControlKey) < 0 && e.VirtualKey is 'Q' or 'W')
        {
            e.Handled = true;
            Close();
        }
    }

    private void HandleCrash(string kind)
    {
        if (kind == nameof(CoreWebView2ProcessFailedKind.BrowserProcessExited))
        {
            throw new WindowCrashedException("The page's engine (WebView2) ended.");
        }

        // The others are started again by the engine itself.
        if (kind is nameof(CoreWebView2ProcessFailedKind.RenderProcessExited)
            or nameof(CoreWebView2ProcessFailedKind.RenderProcessUnresponsive))
        {
            if (!_crashes.Reloads())
            {
                throw new WindowCrashedException(
                    $"The page's engine (WebView2) failed twice within {CrashRule.Quiet.TotalSeconds:0} seconds: {kind}.");
            }

            _request.Logger.EngineEnded(kind);
            var view = _controller!.CoreWebView2;
            view.Navigate(view.Source);
        }
    }

    private nint Handle(nint window, uint message, nint word, nint longer)
    {
        switch (message)
        {
            case WindowMessages.Work:
                Guard(_messages.RunPosted);
                return 0;
            case User32.Size:
                FitToWindow();
                return 0;
            case User32.SetFocus:
                _controller?.MoveFocus(CoreWebView2MoveFocusReason.Programmatic);
                return 0;
            case User32.DpiChanged:
                var place = Marshal.PtrToStructure<User32.Rectangle>(longer);
                // SWP_NOZORDER and SWP_NOACTIVATE
                _ = User32.SetPosition(
                    window, 0, place.Left, place.Top, place.Right - place.Left, place.Bottom - place.Top, 0x0004 | 0x0010);
                return 0;
            case User32.Close:
                _controller?.Close();
                _controller = null;
                _ = User32.DestroyWindow(window);
                return 0;
            case User32.Destroy:
                User32.PostQuit(0);
                return 0;
            default:
                return User32.Default(window, message, word, longer);
        }
    }

    /// <summary>From any thread.</summary>
    private void Close() => _ = User32.Post(_window, User32.Close, 0, 0);

    private void FitToWindow()
    {
        if (_controller is not null && User32.ClientArea(_window, out var area) != 0)
        {
            _controller.Bounds = new(0, 0, area.Right, area.Bottom);
        }
    }

    /// <summary>Goes on with a task's result on the window's thread.</summary>
    private void Then<T>(Task<T> task, Action<T> next) => task.ContinueWith(
        done => Guard(() => next(done.GetAwaiter().GetResult())),
        CancellationToken.None,
        TaskContinuationOptions.None,
        TaskScheduler.FromCurrentSynchronizationContext());

    /// <summary>An exception can't cross Windows: it ends the window and is thrown behind its loop.</summary>
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            _failure ??= failure;
            Close();
        }
    }
}
