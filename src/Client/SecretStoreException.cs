namespace Latchkey.Client;

/// <summary>A store of secrets can't be used. The message says which and why, and never what was to be kept.</summary>
public sealed class SecretStoreException(string message, Exception? inner = null) : IOException(message, inner);
