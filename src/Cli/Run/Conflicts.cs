namespace Latchkey.Cli.Run;

/// <summary>
/// Variables that would lead Claude Code past the gateway. Seen in Claude Code 2.1.330: each of the first kind selects another provider, each of the
/// second is a credential that goes before <c>apiKeyHelper</c> or beside it. Empty counts as not set there.
/// </summary>
internal static class Conflicts
{
    public static readonly IReadOnlyList<string> Providers =
    [
        "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX",
        "CLAUDE_CODE_USE_FOUNDRY",
        "CLAUDE_CODE_USE_MANTLE",
        "CLAUDE_CODE_USE_ANTHROPIC_AWS",
        "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
        "CLAUDE_CODE_USE_GATEWAY",
    ];

    public static readonly IReadOnlyList<string> Credentials =
    [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR",
        "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR",
    ];

    /// <summary>It would carry the calls elsewhere whatever the base URL says.</summary>
    private const string Socket = "ANTHROPIC_UNIX_SOCKET";

    public static readonly IReadOnlyList<string> All = [.. Providers, .. Credentials, Socket];
}
