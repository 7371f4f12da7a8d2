namespace Latchkey.Desktop.Window;

/// <summary>A window can't be had here. The message says what was tried and what to install.</summary>
internal sealed class WindowUnavailableException(string message) : Exception(message);
