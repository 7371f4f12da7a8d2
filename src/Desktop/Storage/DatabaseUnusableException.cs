namespace Latchkey.Desktop.Storage;

/// <summary>The app's file can't be used. The message names it and says why.</summary>
internal sealed class DatabaseUnusableException(string message, Exception? inner = null) : Exception(message, inner);
