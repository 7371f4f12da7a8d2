namespace Latchkey.Gateway.Configuration;

/// <summary>A setting is missing or wrong. The message names it and says what would be right; the process ends with it, without a stack trace.</summary>
internal sealed class SettingException(string message) : Exception(message);
