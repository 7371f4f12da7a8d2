using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.EndToEnd.Tests.Support;

namespace Latchkey.EndToEnd.Tests.ClaudeCode;

/// <summary>A machine on which nobody has used Claude Code yet: a fresh home, an empty project, and no network but the gateway.</summary>
internal sealed class ClaudeCodeMachine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-claude-");
    private readonly Dictionary<string, string> _environment;

    /// <param name="gateway">Its base URL.</param>
    public ClaudeCodeMachine(Uri gateway)
    {
        Home = _folder.CreateSubdirectory("home").FullName;
        Project = _folder.CreateSubdirectory("project").FullName;
        _environment = new Dictionary<string, string>(ClaudeCodeProgram.Quiet)
        {
            ["HOME"] = Home,
            ["ANTHROPIC_BASE_URL"] = gateway.GetLeftPart(UriPartial.Authority),
        };
    }

    public string Home { get; }

    /// <summary>The folder that Claude Code works in.</summary>
    public string Project { get; }

    /// <summary>How often the helper of <see cref="UseHelper"/> was asked.</summary>
    public int HelperRuns => File.Exists(HelperLog) ? File.ReadAllLines(HelperLog).Length : 0;

    private string HelperLog => Path.Combine(Home, "helper.log");

    /// <summary>A token that never changes, as an environment variable.</summary>
    public void UseToken(string token) => _environment["ANTHROPIC_AUTH_TOKEN"] = token;

    /// <summary>The samples that users copy: settings that name the gateway and a helper that gets, keeps and renews a token.</summary>
    public void UseSamples()
    {
        RequireHelpersTools();
        var sample = File.ReadAllText(Repository.Sample("claude-code", "settings.json"));
        WriteSettings(sample
            .Replace("/usr/local/bin/latchkey-token.sh", Repository.Sample("claude-code", "latchkey-token.sh"), StringComparison.Ordinal)
            .Replace("https://claude.example.com", _environment["ANTHROPIC_BASE_URL"], StringComparison.Ordinal));
        _environment.Remove("ANTHROPIC_BASE_URL");
    }

    /// <summary>An <c>apiKeyHelper</c> that gets a new token from the gateway each time it is asked, and counts.</summary>
    public void UseHelper()
    {
        RequireHelpersTools();
        var helper = Path.Combine(Home, "helper.sh");
        File.WriteAllText(helper, $$"""
            echo asked >> "{{HelperLog}}"
            curl -sf -X POST "$ANTHROPIC_BASE_URL/bootstrap" -H 'content-type: application/json' -d '{"device_id":"claude-helper-01"}' \
              | jq -r .wrapper_token
            """);
        WriteSettings(new JsonObject { ["apiKeyHelper"] = $"sh {helper}" }.ToJsonString());
    }

    /// <summary>Starts <c>claude -p</c>.</summary>
    public ChildProcess Start(string prompt, string model = "claude-sonnet-5-5") => ChildProcess.Start(
        ClaudeCodeProgram.Path,
        ["-p", prompt, "--model", model, "--output-format", "json", "--allowedTools", "Write,Bash"],
        _environment,
        Project,
        $"the npm packages of {Repository.Clients}");

    /// <summary>Runs <c>claude -p</c> to its end.</summary>
    public async Task<ClaudeCodeAnswer> RunAsync(string prompt, string model = "claude-sonnet-5-5")
    {
        await using var claude = Start(prompt, model);
        return ClaudeCodeAnswer.Of(await claude.EndAsync());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void RequireHelpersTools()
    {
        ChildProcess.Require("curl", "curl");
        ChildProcess.Require("jq", "jq");
    }

    private void WriteSettings(string json)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Home, ".claude"));
        File.WriteAllText(Path.Combine(folder.FullName, "settings.json"), json);
    }
}

/// <summary>What <c>claude -p --output-format json</c> says at its end.</summary>
internal sealed record ClaudeCodeAnswer(int ExitCode, bool IsError, string Result, int Turns, long OutputTokens)
{
    public static ClaudeCodeAnswer Of(Finished run)
    {
        run.Output.Should().StartWith("{", "Claude Code should print its result: {0}", run.Errors);
        using var json = JsonDocument.Parse(run.Output);
        var answer = json.RootElement;
        return new ClaudeCodeAnswer(
            run.ExitCode,
            answer.GetProperty("is_error").GetBoolean(),
            answer.GetProperty("result").GetString()!,
            answer.GetProperty("num_turns").GetInt32(),
            answer.GetProperty("usage").GetProperty("output_tokens").GetInt64());
    }
}
