using System.Text.Json.Nodes;
using Latchkey.Cli.Run;
using Latchkey.Cli.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Program;

/// <summary>What <c>latchkey claude</c> starts; a script stands in for Claude Code, which the end-to-end tests start for real.</summary>
public sealed class ClaudeTests : IAsyncLifetime
{
    private ContractServer _server = null!;
    private Person _person = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ContractServer.StartAsync();
        _person = await Person.ArriveAsync(_server.Address);
        var claude = _person.Write("#!/bin/sh\nprintf '%s\\0' \"$@\"\nenv >\"$HOME/environment\"\nexit 9\n", "bin", "claude");
        await _person.RunAsync("chmod", ["+x", claude]);
        _person.Variables["PATH"] = $"{Path.GetDirectoryName(claude)}:{_person.Variables["PATH"]}";
    }

    public async ValueTask DisposeAsync()
    {
        _person.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task it_gets_settings_that_name_the_gateway_and_the_helper_and_everything_that_was_typed()
    {
        var ran = await _person.LatchkeyAsync("claude", "-p", "--help", "", "a b");

        ran.ExitCode.Should().Be(9);
        ran.Errors.Should().BeEmpty();
        var arguments = Arguments(ran);
        arguments[0].Should().Be("--settings");
        arguments[2..].Should().Equal("-p", "--help", "", "a b");
        var settings = JsonNode.Parse(arguments[1])!;
        settings["env"]!["ANTHROPIC_BASE_URL"]!.GetValue<string>().Should().Be(_server.Address.GetLeftPart(UriPartial.Authority));
        settings["env"]!["CLAUDE_CODE_API_KEY_HELPER_TTL_MS"]!.GetValue<string>().Should().Be("300000");
        (await _person.RunAsync("sh", ["-c", settings["apiKeyHelper"]!.GetValue<string>()])).Output.Should().Be((await _person.LatchkeyAsync("token")).Output);
    }

    [Fact]
    public async Task the_token_is_on_no_command_line_and_in_no_environment()
    {
        var ran = await _person.LatchkeyAsync("claude");

        var token = (await _person.LatchkeyAsync("token")).Output.Trim()["sk-ant-proxy-".Length..];
        ran.Output.Should().NotContain(token);
        (await EnvironmentAsync()).Should().NotContain(line => line.Contains(token));
    }

    [Fact]
    public async Task short_lived_tokens_are_asked_for_in_time()
    {
        _server.Lifetime = TimeSpan.FromSeconds(60);

        var settings = JsonNode.Parse(Arguments(await _person.LatchkeyAsync("claude"))[1])!;

        settings["env"]!["CLAUDE_CODE_API_KEY_HELPER_TTL_MS"]!.GetValue<string>().Should().MatchRegex("^2[34][0-9]{3}$", "the server's clock is told in whole seconds");
    }

    [Fact]
    public async Task switches_are_on_unless_the_person_has_decided_and_what_leads_elsewhere_is_left_out()
    {
        _person.Variables["ENABLE_TOOL_SEARCH"] = "false";
        _person.Variables["ANTHROPIC_API_KEY"] = "sk-ant-own";
        _person.Variables["CLAUDE_CODE_USE_BEDROCK"] = "1";

        await _person.LatchkeyAsync("claude");

        var environment = await EnvironmentAsync();
        environment.Should().Contain([
            "ENABLE_TOOL_SEARCH=false", "CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING=1", "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1",
            "CLAUDE_CODE_SKIP_FAST_MODE_ORG_CHECK=1", "CLAUDE_CODE_SKIP_FAST_MODE_NETWORK_ERRORS=1"]);
        environment.Should().NotContain(line => Conflicts.All.Any(name => line.StartsWith(name + "=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task the_persons_own_settings_are_joined()
    {
        var file = _person.Write("""{"model": "opus", "env": {"FOO": "bar"}}""", "mine.json");

        var arguments = Arguments(await _person.LatchkeyAsync("claude", "--settings", file, "-p"));

        arguments.Count(a => a == "--settings").Should().Be(1);
        var settings = JsonNode.Parse(arguments[1])!;
        settings["model"]!.GetValue<string>().Should().Be("opus");
        settings["env"]!["FOO"]!.GetValue<string>().Should().Be("bar");
        settings["apiKeyHelper"]!.GetValue<string>().Should().Contain("token");
    }

    [Fact]
    public async Task without_the_gateway_it_goes_to_anthropic_with_the_persons_key_in_its_environment()
    {
        await _server.DisposeAsync();
        _person.Variables["ANTHROPIC_API_KEY"] = "sk-ant-own-0123456789";

        var ran = await _person.LatchkeyAsync("claude", "-p");

        ran.Errors.Should().Contain("can't be reached").And.Contain("your own key");
        ran.Output.Should().NotContain("sk-ant-own");
        var settings = JsonNode.Parse(Arguments(ran)[1])!;
        settings["apiKeyHelper"]!.GetValue<string>().Should().BeEmpty();
        settings["env"]!["ANTHROPIC_BASE_URL"]!.GetValue<string>().Should().Be("https://api.anthropic.com");
        (await EnvironmentAsync()).Should().Contain("ANTHROPIC_API_KEY=sk-ant-own-0123456789");
    }

    [Fact]
    public async Task without_the_gateway_and_a_key_it_isnt_started()
    {
        await _server.DisposeAsync();

        var ran = await _person.LatchkeyAsync("claude");

        ran.Should().Match<Ran>(r => r.ExitCode == ExitCode.Unreachable && r.Output == "");
        File.Exists(Path.Combine(_person.Home, "environment")).Should().BeFalse();
    }

    [Fact]
    public async Task another_program_can_be_named_and_one_that_isnt_there_is_told()
    {
        _person.Variables["LATCHKEY_CLAUDE"] = "no-such-claude";

        var ran = await _person.LatchkeyAsync("claude");

        ran.ExitCode.Should().Be(ExitCode.NotFound);
        ran.Errors.Should().Contain("no-such-claude").And.Contain("LATCHKEY_CLAUDE");
        _person.Variables["LATCHKEY_CLAUDE"] = Path.Combine(_person.Home, "bin", "claude");
        (await _person.LatchkeyAsync("claude")).ExitCode.Should().Be(9);
    }

    [Fact]
    public async Task a_script_named_claude_that_starts_latchkey_claude_doesnt_go_round_for_ever()
    {
        _person.Write($"#!/bin/sh\nexec {_person.Program} claude \"$@\"\n", "bin", "claude");

        var ran = await _person.LatchkeyAsync("claude");

        ran.ExitCode.Should().Be(ExitCode.CannotRun);
        ran.Errors.Should().Contain("LATCHKEY_CLAUDE");
    }

    private static string[] Arguments(Ran ran) => ran.Output.Split('\0')[..^1];

    private Task<string[]> EnvironmentAsync() => File.ReadAllLinesAsync(Path.Combine(_person.Home, "environment"));
}
