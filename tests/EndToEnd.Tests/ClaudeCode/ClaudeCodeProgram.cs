using System.Runtime.InteropServices;
using Latchkey.EndToEnd.Tests.Support;

namespace Latchkey.EndToEnd.Tests.ClaudeCode;

/// <summary>Real Claude Code, as the npm package brings it for this machine.</summary>
internal static class ClaudeCodeProgram
{
    /// <summary>It asks nobody but the gateway.</summary>
    public static readonly IReadOnlyDictionary<string, string> Quiet = new Dictionary<string, string>
    {
        ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
        ["DISABLE_AUTOUPDATER"] = "1",
        ["DISABLE_TELEMETRY"] = "1",
        ["DISABLE_ERROR_REPORTING"] = "1",
    };

    public static string Path => Repository.Client("@anthropic-ai", $"claude-code-linux-{Architecture()}", "claude");

    private static string Architecture() => RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64";
}
