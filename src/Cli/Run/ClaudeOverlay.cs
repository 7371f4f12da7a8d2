using System.Globalization;
using System.Text.Json.Nodes;

namespace Latchkey.Cli.Run;

/// <summary>
/// The settings that Claude Code is started with (<c>--settings</c>): above the person's and the project's files, below the administrator's. They hold
/// no secret: the token comes from the helper that they name.
/// </summary>
internal static class ClaudeOverlay
{
    public const string ApiKeyHelper = "apiKeyHelper";
    public const string Env = "env";
    public const string BaseUrl = "ANTHROPIC_BASE_URL";
    public const string Interval = "CLAUDE_CODE_API_KEY_HELPER_TTL_MS";

    /// <summary>To the gateway.</summary>
    /// <param name="baseUrl">As <c>ANTHROPIC_BASE_URL</c> takes it.</param>
    /// <param name="helper">The command that prints a token.</param>
    /// <param name="interval">How often it is asked, in milliseconds.</param>
    /// <param name="theirs">The person's own <c>--settings</c>: whatever doesn't decide where calls go stays as it is.</param>
    public static JsonObject ToGateway(string baseUrl, string helper, long interval, JsonObject? theirs = null)
    {
        var (settings, env) = Begin(theirs);
        settings[ApiKeyHelper] = helper;
        env[BaseUrl] = baseUrl;
        if (!env.ContainsKey(Interval))
        {
            env[Interval] = interval.ToString(CultureInfo.InvariantCulture);
        }

        // Empty is as good as absent, and here it also covers what the person's own settings file sets.
        foreach (var name in Conflicts.All)
        {
            env[name] = "";
        }

        return settings;
    }

    /// <summary>Past the gateway, with the key in <c>ANTHROPIC_API_KEY</c>: also where a settings file names the gateway and its helper.</summary>
    public static JsonObject Direct(string baseUrl, JsonObject? theirs = null)
    {
        var (settings, env) = Begin(theirs);
        settings[ApiKeyHelper] = "";
        env[BaseUrl] = baseUrl;
        foreach (var name in Conflicts.All.Where(name => name != "ANTHROPIC_API_KEY"))
        {
            env[name] = "";
        }

        env.Remove("ANTHROPIC_API_KEY");
        return settings;
    }

    private static (JsonObject Settings, JsonObject Env) Begin(JsonObject? theirs)
    {
        var settings = theirs?.DeepClone().AsObject() ?? [];
        if (settings[Env] is not JsonObject env)
        {
            settings[Env] = env = [];
        }

        return (settings, env);
    }
}
