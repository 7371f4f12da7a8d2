using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Latchkey.Desktop.Window.WkWebView;

/// <summary>Messages to Objective-C objects, in the shapes of arguments that are needed here. On both processors of the Mac.</summary>
[SupportedOSPlatform("macos")]
internal static unsafe partial class ObjC
{
    private const string Lib = "/usr/lib/libobjc.A.dylib";

    [LibraryImport(Lib, EntryPoint = "objc_getClass", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Class(string name);

    [LibraryImport(Lib, EntryPoint = "sel_registerName", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Selector(string name);

    [LibraryImport(Lib, EntryPoint = "objc_allocateClassPair", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewClass(nint parent, string name, nint extraBytes);

    [LibraryImport(Lib, EntryPoint = "objc_registerClassPair")]
    public static partial void RegisterClass(nint @class);

    [LibraryImport(Lib, EntryPoint = "class_addMethod", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte AddMethod(nint @class, nint selector, void* implementation, string types);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial nint Message(nint receiver, nint selector);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial nint Message(nint receiver, nint selector, nint first);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial nint Message(nint receiver, nint selector, nint first, nint second);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial nint Message(nint receiver, nint selector, nint first, nint second, nint third);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial nint Message(nint receiver, nint selector, nint first, nint second, nint third, nint fourth);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial double MessageForDouble(nint receiver, nint selector);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial void Message(nint receiver, nint selector, double first);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial nint Message(nint receiver, nint selector, Rectangle first, nint second);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial nint Message(nint receiver, nint selector, Rectangle first, nuint second, nuint third, byte fourth);

    [LibraryImport(Lib, EntryPoint = "objc_msgSend")]
    private static partial nint Message(
        nint receiver, nint selector, nuint type, Point place, nuint flags, double time, nint window, nint context, short subtype,
        nint first, nint second);

    public static nint Send(nint receiver, string selector) => Message(receiver, Selector(selector));

    public static nint Send(nint receiver, string selector, nint first) => Message(receiver, Selector(selector), first);

    public static nint Send(nint receiver, string selector, nint first, nint second) =>
        Message(receiver, Selector(selector), first, second);

    public static nint Send(nint receiver, string selector, nint first, nint second, nint third, nint fourth) =>
        Message(receiver, Selector(selector), first, second, third, fourth);

    public static double SendForDouble(nint receiver, string selector) => MessageForDouble(receiver, Selector(selector));

    public static void Send(nint receiver, string selector, double first) => Message(receiver, Selector(selector), first);

    public static nint Send(nint receiver, string selector, Rectangle first, nint second) =>
        Message(receiver, Selector(selector), first, second);

    /// <summary>A new window: its content's place, style mask, buffering and whether its device waits.</summary>
    public static nint NewWindow(Rectangle content, nuint style) =>
        Message(Send(Class("NSWindow"), "alloc"), Selector("initWithContentRect:styleMask:backing:defer:"), content, style, 2, 0);

    public static nint NewMenuItem(nint title, string action, nint key) =>
        Message(Send(Class("NSMenuItem"), "alloc"), Selector("initWithTitle:action:keyEquivalent:"), title, Selector(action), key);

    /// <summary>An event of the app's own kind, which does nothing but turn the loop.</summary>
    public static nint NewEmptyEvent() => Message(
        Class("NSEvent"),
        Selector("otherEventWithType:location:modifierFlags:timestamp:windowNumber:context:subtype:data1:data2:"),
        15, default, 0, 0, 0, 0, 0, 0, 0);

    public static void SendOnMainThread(nint receiver, string selector) =>
        Message(receiver, Selector("performSelectorOnMainThread:withObject:waitUntilDone:"), Selector(selector), 0, 0);

    public static bool Responds(nint receiver, string selector) =>
        (byte)Message(receiver, Selector("respondsToSelector:"), Selector(selector)) != 0;

    public static void Implement(nint @class, string selector, void* implementation, string types) =>
        AddMethod(@class, Selector(selector), implementation, types);

    /// <summary>An NSString that the pool frees.</summary>
    public static nint String(string text)
    {
        var bytes = Marshal.StringToCoTaskMemUTF8(text);
        try
        {
            return Send(Class("NSString"), "stringWithUTF8String:", bytes);
        }
        finally
        {
            Marshal.FreeCoTaskMem(bytes);
        }
    }

    public static string? Text(nint @string) => @string == 0 ? null : Marshal.PtrToStringUTF8(Send(@string, "UTF8String"));

    /// <summary>Calls a block of one argument: its code is the third word of what it points to.</summary>
    public static void CallBlock(nint block, nint argument) =>
        ((delegate* unmanaged<nint, nint, void>)((nint*)block)[2])(block, argument);

    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Point(double X, double Y);

    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Rectangle(double X, double Y, double Width, double Height);
}
