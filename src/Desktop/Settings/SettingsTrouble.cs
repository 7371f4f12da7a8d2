namespace Latchkey.Desktop.Settings;

/// <summary>
/// What is wrong with the settings that Latchkey was started with, in words; null when nothing is. The app runs without a gateway then.
/// </summary>
internal sealed record SettingsTrouble(string? Message);
