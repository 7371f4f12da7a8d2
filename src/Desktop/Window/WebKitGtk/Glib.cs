using System.Runtime.InteropServices;

namespace Latchkey.Desktop.Window.WebKitGtk;

/// <summary>What is used of GLib, GObject and GIO. Names are the libraries' own.</summary>
internal static unsafe partial class Glib
{
    private const string Lib = "libglib-2.0.so.0";
    private const string Object = "libgobject-2.0.so.0";
    private const string Gio = "libgio-2.0.so.0";

    public const int SessionBus = 2;
    public const nint BooleanType = 5 << 2;

    [LibraryImport(Lib, EntryPoint = "g_idle_add")]
    public static partial uint IdleAdd(delegate* unmanaged<nint, int> function, nint data);

    [LibraryImport(Lib, EntryPoint = "g_source_remove")]
    public static partial int SourceRemove(uint id);

    [LibraryImport(Lib, EntryPoint = "g_set_prgname", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetProgramName(string name);

    [LibraryImport(Object, EntryPoint = "g_object_unref")]
    public static partial void Unref(nint instance);

    [LibraryImport(Object, EntryPoint = "g_signal_connect_data", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint Connect(nint instance, string signal, void* handler, nint data, nint destroy = 0, int flags = 0);

    [LibraryImport(Object, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetProperty(nint instance, string name, GValue* value);

    [LibraryImport(Object, EntryPoint = "g_value_init")]
    private static partial void Init(GValue* value, nint type);

    [LibraryImport(Object, EntryPoint = "g_value_set_boolean")]
    private static partial void SetBoolean(GValue* value, int boolean);

    public static void SetProperty(nint instance, string name, bool value)
    {
        var boxed = default(GValue);
        Init(&boxed, BooleanType);
        SetBoolean(&boxed, value ? 1 : 0);
        SetProperty(instance, name, &boxed);
    }

    [LibraryImport(Gio, EntryPoint = "g_bus_get_sync")]
    public static partial nint Bus(int type, nint cancellable, nint error);

    [LibraryImport(Gio, EntryPoint = "g_dbus_connection_call", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Call(
        nint connection, string name, string path, string @interface, string method, nint parameters, nint replyType, int flags,
        int timeoutMilliseconds, nint cancellable, delegate* unmanaged<nint, nint, nint, void> callback, nint data);

    [LibraryImport(Gio, EntryPoint = "g_dbus_connection_call_finish")]
    public static partial nint CallFinish(nint connection, nint result, nint error);

    [LibraryImport(Gio, EntryPoint = "g_dbus_connection_signal_subscribe", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint Subscribe(
        nint connection, string sender, string @interface, string member, string path, string argument0, int flags,
        delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, void> callback, nint data, nint free);

    [LibraryImport(Gio, EntryPoint = "g_dbus_connection_signal_unsubscribe")]
    public static partial void Unsubscribe(nint connection, uint id);

    [LibraryImport(Gio, EntryPoint = "g_cancellable_new")]
    public static partial nint NewCancellable();

    [LibraryImport(Gio, EntryPoint = "g_cancellable_cancel")]
    public static partial void Cancel(nint cancellable);

    [LibraryImport(Gio, EntryPoint = "g_cancellable_is_cancelled")]
    public static partial int IsCancelled(nint cancellable);

    [LibraryImport(Lib, EntryPoint = "g_variant_parse", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ParseVariant(nint type, string text, nint limit, nint end, nint error);

    [LibraryImport(Lib, EntryPoint = "g_variant_get_child_value")]
    public static partial nint Child(nint variant, nuint index);

    [LibraryImport(Lib, EntryPoint = "g_variant_get_variant")]
    public static partial nint Inner(nint variant);

    [LibraryImport(Lib, EntryPoint = "g_variant_get_type_string")]
    private static partial nint TypeString(nint variant);

    [LibraryImport(Lib, EntryPoint = "g_variant_get_uint32")]
    public static partial uint UInt32(nint variant);

    [LibraryImport(Lib, EntryPoint = "g_variant_get_string")]
    private static partial nint String(nint variant, nint length);

    [LibraryImport(Lib, EntryPoint = "g_variant_unref")]
    public static partial void UnrefVariant(nint variant);

    public static string? TypeOf(nint variant) => Marshal.PtrToStringUTF8(TypeString(variant));

    public static string? Text(nint variant) => Marshal.PtrToStringUTF8(String(variant, 0));

    [StructLayout(LayoutKind.Sequential)]
    private struct GValue
    {
        public nint Type;
        public long First;
        public long Second;
    }
}
