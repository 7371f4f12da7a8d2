using System.Net;
using Latchkey.Cli.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Program;

/// <summary><c>latchkey doctor</c> in a good world and in broken ones.</summary>
public class DoctorTests
{
    [Fact]
    public async Task in_a_good_world_all_is_well()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync(gateway.Address);
        await InstallClaudeAsync(person);

        var ran = await person.LatchkeyAsync("doctor");

        ran.ExitCode.Should().Be(0, ran.Output);
        ran.Output.Should().Contain("✓ ok    Call: claude-haiku-").And.Contain("2.1.330").And.EndWith("All is well.\n").And.NotContain("sk-ant-").And.NotContain("\e[");
        (await gateway.LedgerAsync()).Should().ContainSingle(row => (string)row["route"]! == "messages", "it makes one call");
    }

    [Fact]
    public async Task the_call_can_be_left_out()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync(gateway.Address);

        (await ChecksAsync(person, "--no-call"))["Call"].Should().Be("skipped");

        (await gateway.LedgerAsync()).Should().NotContain(row => (string)row["route"]! == "messages");
    }

    [Fact]
    public async Task without_anything_configured_it_says_so_first()
    {
        using var person = await Person.ArriveAsync();

        var ran = await person.LatchkeyAsync("doctor");

        ran.ExitCode.Should().Be(ExitCode.Failed);
        ran.Lines[0].Should().StartWith("✗ wrong Configuration:");
        ran.Lines[1].Should().Contain("latchkey login");
    }

    [Fact]
    public async Task a_setting_that_cannot_be_used_is_named()
    {
        using var person = await Person.ArriveAsync();
        person.Variables["ENABLE_PROXY"] = "perhaps";

        var ran = await person.LatchkeyAsync("doctor");

        ran.Should().Match<Ran>(r => r.ExitCode == ExitCode.Failed && r.Output.Contains("ENABLE_PROXY should be true or false"));
    }

    [Fact]
    public async Task a_name_that_isnt_known_cuts_off_the_rest_of_the_way()
    {
        using var person = await Person.ArriveAsync(new Uri("https://no-such-gateway.invalid"));

        var checks = await ChecksAsync(person);

        checks["DNS"].Should().Be("broken");
        checks["Connection"].Should().Be("skipped");
        checks["Health, clock"].Should().Be("skipped");
    }

    [Fact]
    public async Task a_port_that_nobody_listens_on_is_found()
    {
        using var person = await Person.ArriveAsync(new Uri($"http://127.0.0.1:{LoopbackPort.Free()}"));

        var checks = await ChecksAsync(person);

        checks["Connection"].Should().Be("broken");
        checks["Token"].Should().Be("broken");
    }

    [Fact]
    public async Task a_gateway_that_isnt_well_is_found()
    {
        await using var server = await ContractServer.StartAsync();
        server.Health = HttpStatusCode.ServiceUnavailable;
        using var person = await Person.ArriveAsync(server.Address);

        (await ChecksAsync(person))["Health, clock"].Should().Be("broken");
    }

    [Fact]
    public async Task clocks_that_differ_are_told()
    {
        await using var server = await ContractServer.StartAsync();
        server.ClockAhead = TimeSpan.FromMinutes(10);
        using var person = await Person.ArriveAsync(server.Address);

        var ran = await person.LatchkeyAsync("doctor");

        ran.Output.Should().MatchRegex("! look  Health, clock: .*clock is (599|600|601) s behind the gateway's");
        ran.Output.Should().Contain("✓ ok    Token", "tokens don't mind");
    }

    [Fact]
    public async Task a_device_that_is_refused_is_found()
    {
        await using var server = await ContractServer.StartAsync();
        server.BootstrapAnswer = ContractServer.Refusal(HttpStatusCode.Forbidden);
        using var person = await Person.ArriveAsync(server.Address);

        var ran = await person.LatchkeyAsync("doctor");

        ran.Output.Should().Contain("✗ wrong Token:").And.Contain("This device isn't known");
    }

    [Fact]
    public async Task a_token_that_allows_nothing_of_what_there_is_is_found()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Models:Allowed", "claude-from-the-future")]);
        using var person = await Person.ArriveAsync(gateway.Address);

        var ran = await person.LatchkeyAsync("doctor");

        ran.Output.Should().MatchRegex("✗ wrong Models: none of [0-9]+ may be used \\(token: claude-from-the-future\\)");
    }

    [Fact]
    public async Task a_gateway_whose_upstream_fails_is_found_by_the_call()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync(gateway.Address);
        gateway.Scenarios.Set("status=529 message=\"Too busy today\"", path: "/v1/messages");

        var ran = await person.LatchkeyAsync("doctor");

        ran.ExitCode.Should().Be(ExitCode.Failed);
        ran.Output.Should().Contain("✗ wrong Call: claude-haiku-").And.Contain("529").And.Contain("Too busy today");
    }

    [Fact]
    public async Task a_proxy_of_the_network_that_stands_before_this_machine_is_found()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync(server.Address);
        person.Variables["http_proxy"] = "http://user:hunter2@127.0.0.1:9";

        var ran = await person.LatchkeyAsync("doctor");

        ran.Output.Should().Contain("✗ wrong Network proxy:").And.Contain("NO_PROXY").And.NotContain("hunter2");
        person.Variables["NO_PROXY"] = "127.0.0.1";
        (await ChecksAsync(person))["Network proxy"].Should().Be("ok");
    }

    [Fact]
    public async Task variables_and_settings_that_lead_elsewhere_are_named()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync(server.Address);
        person.Variables["CLAUDE_CODE_USE_VERTEX"] = "1";
        person.Write("""{"apiKeyHelper": "/opt/other", "env": {"ANTHROPIC_AUTH_TOKEN": "tok-1", "ANTHROPIC_BASE_URL": "https://elsewhere"}}""", ".claude", "settings.json");

        var ran = await person.LatchkeyAsync("doctor");

        ran.Output.Should().Contain("! look  Variables: CLAUDE_CODE_USE_VERTEX").And.NotContain("tok-1");
        ran.Output.Should().Contain("! look  Settings files:").And.Contain("another apiKeyHelper").And.Contain("ANTHROPIC_AUTH_TOKEN").And.Contain("https://elsewhere");
    }

    [Fact]
    public async Task broken_settings_of_claude_code_are_named()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync(server.Address);
        person.Write("{\n\"model\": opus}", ".claude", "settings.json");

        (await person.LatchkeyAsync("doctor")).Output.Should().MatchRegex("✗ wrong Settings files: .*settings.json isn't JSON: line 2 is wrong");
    }

    private static async Task InstallClaudeAsync(Person person)
    {
        var claude = person.Write("#!/bin/sh\necho '2.1.330 (Claude Code)'\n", "bin", "claude");
        await person.RunAsync("chmod", ["+x", claude]);
        person.Variables["LATCHKEY_CLAUDE"] = claude;
    }

    /// <summary>What it found, by the check's name.</summary>
    private static async Task<Dictionary<string, string>> ChecksAsync(Person person, params string[] arguments)
    {
        var report = await person.LatchkeyJsonAsync(["doctor", .. arguments]);
        report["verdict"]!.GetValue<string>().Should().NotBeEmpty();
        return report["checks"]!.AsArray().ToDictionary(c => c!["name"]!.GetValue<string>(), c => c!["result"]!.GetValue<string>());
    }
}
