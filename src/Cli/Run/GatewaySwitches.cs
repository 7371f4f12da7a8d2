namespace Latchkey.Cli.Run;

/// <summary>
/// What Claude Code turns off behind a base URL of one's own, and a gateway that passes everything on can have back. Whoever has set one of them has
/// decided; the cache that lives an hour (<c>ENABLE_PROMPT_CACHING_1H</c>) is the operator's choice, since writing it costs more.
/// </summary>
internal static class GatewaySwitches
{
    public static readonly IReadOnlyList<(string Name, string Value)> All =
    [
        ("ENABLE_TOOL_SEARCH", "true"),
        ("CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING", "1"),
        ("CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY", "1"),

        // Whether the organisation has fast mode is asked of Anthropic with a login that isn't there.
        ("CLAUDE_CODE_SKIP_FAST_MODE_ORG_CHECK", "1"),
        ("CLAUDE_CODE_SKIP_FAST_MODE_NETWORK_ERRORS", "1"),
    ];
}
