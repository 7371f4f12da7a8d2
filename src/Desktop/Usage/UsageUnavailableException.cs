namespace Latchkey.Desktop.Usage;

/// <summary>The gateway's figures can't be had. The message says why.</summary>
internal sealed class UsageUnavailableException(string message, Exception inner) : Exception(message, inner);
