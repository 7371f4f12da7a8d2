using System.Runtime.InteropServices;

namespace Latchkey.Desktop.Window.WebKitGtk;

/// <summary>What is used of GTK 3 and GDK. Names are the libraries' own.</summary>
internal static partial class Gtk
{
    public const string Library = "libgtk-3.so.0";

    private const string Gdk = "libgdk-3.so.0";

    public const int Toplevel = 0;
    public const uint ControlMask = 1 << 2;

    [LibraryImport(Library, EntryPoint = "gtk_init_check")]
    public static partial int InitCheck(nint argc, nint argv);

    [LibraryImport(Library, EntryPoint = "gtk_main")]
    public static partial void RunLoop();

    [LibraryImport(Library, EntryPoint = "gtk_main_quit")]
    public static partial void QuitLoop();

    [LibraryImport(Library, EntryPoint = "gtk_events_pending")]
    public static partial int EventsPending();

    [LibraryImport(Library, EntryPoint = "gtk_main_iteration_do")]
    public static partial int TurnLoop(int blocking);

    [LibraryImport(Library, EntryPoint = "gtk_window_new")]
    public static partial nint NewWindow(int type);

    [LibraryImport(Library, EntryPoint = "gtk_window_set_title", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetTitle(nint window, string title);

    [LibraryImport(Library, EntryPoint = "gtk_window_set_default_size")]
    public static partial void SetDefaultSize(nint window, int width, int height);

    [LibraryImport(Library, EntryPoint = "gtk_window_set_icon_from_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetIcon(nint window, string file, nint error);

    [LibraryImport(Library, EntryPoint = "gtk_window_close")]
    public static partial void Close(nint window);

    [LibraryImport(Library, EntryPoint = "gtk_container_add")]
    public static partial void Add(nint container, nint widget);

    [LibraryImport(Library, EntryPoint = "gtk_widget_show_all")]
    public static partial void ShowAll(nint widget);

    [LibraryImport(Library, EntryPoint = "gtk_widget_grab_focus")]
    public static partial void GrabFocus(nint widget);

    [LibraryImport(Library, EntryPoint = "gtk_widget_destroy")]
    public static partial void Destroy(nint widget);

    [LibraryImport(Library, EntryPoint = "gtk_settings_get_default")]
    public static partial nint Settings();

    [LibraryImport(Gdk, EntryPoint = "gdk_event_get_keyval")]
    public static partial int KeyOf(nint keyEvent, out uint key);

    [LibraryImport(Gdk, EntryPoint = "gdk_event_get_state")]
    public static partial int ModifiersOf(nint keyEvent, out uint modifiers);
}
