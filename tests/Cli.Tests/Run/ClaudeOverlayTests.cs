using System.Text.Json.Nodes;
using CsCheck;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Tests.Run;

public class ClaudeOverlayTests
{
    [Fact]
    public void it_names_the_gateway_and_the_helper_and_empties_whatever_leads_elsewhere()
    {
        var overlay = ClaudeOverlay.ToGateway("https://claude.example.com", "/opt/latchkey token", 24_000);

        overlay["apiKeyHelper"]!.GetValue<string>().Should().Be("/opt/latchkey token");
        Env(overlay, "ANTHROPIC_BASE_URL").Should().Be("https://claude.example.com");
        Env(overlay, "CLAUDE_CODE_API_KEY_HELPER_TTL_MS").Should().Be("24000");
        Conflicts.All.Should().AllSatisfy(name => Env(overlay, name).Should().BeEmpty());
    }

    [Fact]
    public void the_persons_own_settings_stay_but_for_what_decides_the_way()
    {
        var theirs = JsonNode.Parse("""
            {"model": "opus", "apiKeyHelper": "other", "env": {"ANTHROPIC_BASE_URL": "https://elsewhere", "ANTHROPIC_API_KEY": "sk-ant-x",
             "CLAUDE_CODE_API_KEY_HELPER_TTL_MS": "7", "FOO": "bar"}}
            """)!.AsObject();
        var before = theirs.ToJsonString();

        var overlay = ClaudeOverlay.ToGateway("https://claude.example.com", "helper", 300_000, theirs);

        overlay["model"]!.GetValue<string>().Should().Be("opus");
        overlay["apiKeyHelper"]!.GetValue<string>().Should().Be("helper");
        Env(overlay, "FOO").Should().Be("bar");
        Env(overlay, "ANTHROPIC_BASE_URL").Should().Be("https://claude.example.com");
        Env(overlay, "CLAUDE_CODE_API_KEY_HELPER_TTL_MS").Should().Be("7", "they chose it");
        overlay.ToJsonString().Should().NotContain("sk-ant-x");
        theirs.ToJsonString().Should().Be(before);
    }

    [Fact]
    public void without_a_gateway_a_helper_of_the_settings_files_is_off_and_the_key_is_left_to_the_environment()
    {
        var overlay = ClaudeOverlay.Direct("https://api.anthropic.com");

        overlay["apiKeyHelper"]!.GetValue<string>().Should().BeEmpty();
        Env(overlay, "ANTHROPIC_BASE_URL").Should().Be("https://api.anthropic.com");
        Env(overlay, "ANTHROPIC_AUTH_TOKEN").Should().BeEmpty();
        overlay["env"]!.AsObject().Should().NotContainKey("ANTHROPIC_API_KEY");
    }

    [Fact]
    public void whatever_they_set_calls_go_to_the_gateway() =>
        Gen.Select(Gen.Int[0, Names.Length - 1].Select(i => Names[i]), Gen.String.AlphaNumeric).Array[0, 8].Sample(set =>
        {
            var env = new JsonObject();
            foreach (var (name, value) in set)
            {
                env[name] = value;
            }

            var overlay = ClaudeOverlay.ToGateway("https://gateway", "helper", 300_000, new JsonObject { ["env"] = env });

            Env(overlay, "ANTHROPIC_BASE_URL").Should().Be("https://gateway");
            Conflicts.All.Should().AllSatisfy(name => Env(overlay, name).Should().BeEmpty());
        });

    private static readonly string[] Names = [.. Conflicts.All, "ANTHROPIC_BASE_URL", "FOO", "PATH"];

    private static string? Env(JsonObject overlay, string name) => overlay["env"]?[name]?.GetValue<string>();
}
