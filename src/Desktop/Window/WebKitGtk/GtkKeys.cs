namespace Latchkey.Desktop.Window.WebKitGtk;

/// <summary>The keys that the window itself takes, from gdk/gdkkeysyms.h.</summary>
internal static class GtkKeys
{
    public const uint Plus = 0x2b;
    public const uint Equal = 0x3d;
    public const uint PadPlus = 0xffab;
    public const uint Minus = 0x2d;
    public const uint PadMinus = 0xffad;
    public const uint Zero = 0x30;
    public const uint PadZero = 0xffb0;
    public const uint Q = 0x71;
    public const uint W = 0x77;
}
