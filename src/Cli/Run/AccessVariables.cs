using Latchkey.Client;

namespace Latchkey.Cli.Run;

/// <summary>An access as the environment variables that Anthropic's SDKs and tools read.</summary>
internal static class AccessVariables
{
    /// <summary>Null: to be taken out. An <c>ANTHROPIC_AUTH_TOKEN</c> beside the key would be sent along, or instead of it.</summary>
    public static Dictionary<string, string?> Of(LatchkeyAccess access) => new()
    {
        ["ANTHROPIC_BASE_URL"] = access.BaseAddress,
        ["ANTHROPIC_API_KEY"] = access.RevealKey(),
        ["ANTHROPIC_AUTH_TOKEN"] = null,
    };
}
