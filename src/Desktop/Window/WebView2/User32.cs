using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Latchkey.Desktop.Window.WebView2;

/// <summary>What is used of Windows for a window. Names are the system's own.</summary>
[SupportedOSPlatform("windows")]
internal static partial class User32
{
    public const int UseDefault = unchecked((int)0x80000000);
    public const uint OverlappedWindow = 0x00CF0000;
    public const int ShowNormal = 1;
    public const int Arrow = 32512;
    public const int ControlKey = 0x11;
    public const nint PerMonitorAwareV2 = -4;

    public const uint Destroy = 0x0002;
    public const uint Size = 0x0005;
    public const uint SetFocus = 0x0007;
    public const uint Close = 0x0010;
    public const uint DpiChanged = 0x02E0;
    public const uint App = 0x8000;

    public delegate nint WindowProcedure(nint window, uint message, nint word, nint longer);

    [LibraryImport("kernel32", EntryPoint = "GetModuleHandleW", StringMarshalling = StringMarshalling.Utf16)]
    public static partial nint ModuleHandle(string? name);

    [LibraryImport("user32", EntryPoint = "SetProcessDpiAwarenessContext")]
    public static partial int SetDpiAwareness(nint context);

    [LibraryImport("user32", EntryPoint = "GetDpiForSystem")]
    public static partial uint SystemDpi();

    [LibraryImport("user32", EntryPoint = "RegisterClassExW")]
    public static partial ushort RegisterClass(in WindowClass windowClass);

    [LibraryImport("user32", EntryPoint = "UnregisterClassW", StringMarshalling = StringMarshalling.Utf16)]
    public static partial int UnregisterClass(string className, nint module);

    [LibraryImport("user32", EntryPoint = "CreateWindowExW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    public static partial nint CreateWindow(
        uint extendedStyle, string className, string title, uint style, int x, int y, int width, int height, nint parent, nint menu,
        nint module, nint parameter);

    [LibraryImport("user32", EntryPoint = "DefWindowProcW")]
    public static partial nint Default(nint window, uint message, nint word, nint longer);

    [LibraryImport("user32", EntryPoint = "DestroyWindow")]
    public static partial int DestroyWindow(nint window);

    [LibraryImport("user32", EntryPoint = "ShowWindow")]
    public static partial int Show(nint window, int how);

    [LibraryImport("user32", EntryPoint = "SetWindowPos")]
    public static partial int SetPosition(nint window, nint after, int x, int y, int width, int height, uint flags);

    [LibraryImport("user32", EntryPoint = "SetWindowTextW", StringMarshalling = StringMarshalling.Utf16)]
    public static partial int SetTitle(nint window, string title);

    [LibraryImport("user32", EntryPoint = "GetClientRect")]
    public static partial int ClientArea(nint window, out Rectangle area);

    [LibraryImport("user32", EntryPoint = "LoadCursorW")]
    public static partial nint LoadCursor(nint module, nint name);

    [LibraryImport("user32", EntryPoint = "GetKeyState")]
    public static partial short KeyState(int key);

    [LibraryImport("user32", EntryPoint = "GetMessageW")]
    public static partial int GetMessage(out Message message, nint window, uint first, uint last);

    [LibraryImport("user32", EntryPoint = "TranslateMessage")]
    public static partial int Translate(in Message message);

    [LibraryImport("user32", EntryPoint = "DispatchMessageW")]
    public static partial nint Dispatch(in Message message);

    [LibraryImport("user32", EntryPoint = "PostMessageW")]
    public static partial int Post(nint window, uint message, nint word, nint longer);

    [LibraryImport("user32", EntryPoint = "PostQuitMessage")]
    public static partial void PostQuit(int code);

    [StructLayout(LayoutKind.Sequential)]
    public struct Rectangle
    {
        public int Left;
        public int Top;
        public int Right;
        public int Bottom;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public nint Window;
        public uint Number;
        public nint Word;
        public nint Longer;
        public uint Time;
        public int X;
        public int Y;
        public uint Private;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct WindowClass
    {
        public uint Size;
        public uint Style;
        public nint Procedure;
        public int ClassExtra;
        public int WindowExtra;
        public nint Module;
        public nint Icon;
        public nint Cursor;
        public nint Background;
        public nint Menu;
        public nint Name;
        public nint SmallIcon;
    }
}
