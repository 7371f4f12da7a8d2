namespace Latchkey.Desktop.Window;

/// <summary>Whether there is a screen at all.</summary>
internal static class Display
{
    /// <summary>The one that programs take: Wayland's before X's.</summary>
    public static string? Name =>
        IsEmpty("WAYLAND_DISPLAY") ? Environment.GetEnvironmentVariable("DISPLAY") : Environment.GetEnvironmentVariable("WAYLAND_DISPLAY");

    /// <summary>On Linux, why there is none, in one sentence; null when there is one, or the system always has one.</summary>
    public static string? Missing() =>
        OperatingSystem.IsLinux() && IsEmpty("DISPLAY") && IsEmpty("WAYLAND_DISPLAY")
            ? "there is no display (DISPLAY and WAYLAND_DISPLAY are empty); start the app in a desktop session."
            : null;

    private static bool IsEmpty(string variable) => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
