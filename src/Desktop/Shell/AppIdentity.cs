using System.Reflection;

namespace Latchkey.Desktop.Shell;

/// <summary>What the app calls itself. A company's own app says something else here.</summary>
internal static class AppIdentity
{
    public const string Name = "Latchkey";

    /// <summary>What it is started by.</summary>
    public const string Program = "Latchkey.Desktop";

    /// <summary>Told to the gateway with each new token, and shown in the settings.</summary>
    public static string Version { get; } =
        typeof(AppIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
