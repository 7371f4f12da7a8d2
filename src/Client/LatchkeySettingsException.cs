namespace Latchkey.Client;

/// <summary>A setting can't be used. The message names it, where it stands and what is wrong with it.</summary>
public sealed class LatchkeySettingsException(string message) : Exception(message);
