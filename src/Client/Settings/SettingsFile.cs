namespace Latchkey.Client.Settings;

/// <summary>Where <c>latchkey.json</c> stands: once for the person, once for the machine.</summary>
internal static class SettingsFile
{
    public static string PersonFolder() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        OperatingSystem.IsLinux() ? "latchkey" : "Latchkey");
}
