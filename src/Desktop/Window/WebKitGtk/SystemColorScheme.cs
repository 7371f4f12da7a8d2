using System.Runtime.InteropServices;

namespace Latchkey.Desktop.Window.WebKitGtk;

/// <summary>
/// Lets GTK, and with it the page's <c>prefers-color-scheme</c>, follow the desktop's light or dark: GTK 3 knows its own themes only, while
/// desktops say it through the settings portal (<c>org.freedesktop.appearance color-scheme</c>: 1 dark, 2 light, 0 no preference). Where no
/// portal answers, GTK's theme decides.
/// </summary>
internal sealed unsafe class SystemColorScheme : IDisposable
{
    private const string Bus = "org.freedesktop.portal.Desktop";
    private const string Path = "/org/freedesktop/portal/desktop";
    private const string Interface = "org.freedesktop.portal.Settings";
    private const string Namespace = "org.freedesktop.appearance";
    private const string Key = "color-scheme";

    private readonly nint _connection;
    private readonly nint _cancel;
    private readonly uint _subscription;

    private SystemColorScheme(nint connection)
    {
        _connection = connection;
        if (connection == 0)
        {
            return;
        }

        _cancel = Glib.NewCancellable();
        _subscription = Glib.Subscribe(connection, Bus, Interface, "SettingChanged", Path, Namespace, 0, &OnChanged, 0, 0);
        // The portal may have to be started first: the answer comes while the loop turns.
        Glib.Call(
            connection, Bus, Path, Interface, "Read", Glib.ParseVariant(0, $"('{Namespace}', '{Key}')", 0, 0, 0), 0, 0,
            timeoutMilliseconds: 5000, _cancel, &OnRead, 0);
    }

    public static SystemColorScheme Follow() =>
        // Without a session's bus GIO would start one, which nobody would end.
        new(HasSessionBus() ? Glib.Bus(Glib.SessionBus, 0, 0) : 0);

    public void Dispose()
    {
        if (_connection != 0)
        {
            Glib.Cancel(_cancel);
            Glib.Unsubscribe(_connection, _subscription);
            Glib.Unref(_cancel);
            Glib.Unref(_connection);
        }
    }

    private static bool HasSessionBus()
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS"))
            || (!string.IsNullOrEmpty(runtime) && File.Exists(System.IO.Path.Combine(runtime, "bus")));
    }

    private static void Apply(uint scheme)
    {
        if (scheme is 1 or 2)
        {
            Glib.SetProperty(Gtk.Settings(), "gtk-application-prefer-dark-theme", scheme == 1);
        }
    }

    /// <summary>The number inside any number of variants: Read wraps it once more than the signal does. Takes the reference.</summary>
    private static uint Number(nint variant)
    {
        while (Glib.TypeOf(variant) == "v")
        {
            var inner = Glib.Inner(variant);
            Glib.UnrefVariant(variant);
            variant = inner;
        }

        var number = Glib.TypeOf(variant) == "u" ? Glib.UInt32(variant) : 0;
        Glib.UnrefVariant(variant);
        return number;
    }

    [UnmanagedCallersOnly]
    private static void OnRead(nint connection, nint result, nint data)
    {
        var answer = Glib.CallFinish(connection, result, 0);
        if (answer == 0)
        {
            return;
        }

        Apply(Number(Glib.Child(answer, 0)));
        Glib.UnrefVariant(answer);
    }

    [UnmanagedCallersOnly]
    private static void OnChanged(nint connection, nint sender, nint path, nint @interface, nint signal, nint parameters, nint data)
    {
        var key = Glib.Child(parameters, 1);
        if (Glib.Text(key) == Key)
        {
            Apply(Number(Glib.Child(parameters, 2)));
        }

        Glib.UnrefVariant(key);
    }
}
