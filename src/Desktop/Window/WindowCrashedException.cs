namespace Latchkey.Desktop.Window;

/// <summary>The engine inside an open window ended, and ended again after a reload. The window is closed.</summary>
internal sealed class WindowCrashedException(string message) : Exception(message);
