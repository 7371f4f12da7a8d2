using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Latchkey.Cli.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Program;

/// <summary><c>login</c>, <c>logout</c>, <c>status</c> and <c>refresh</c>.</summary>
public class LoginTests
{
    [Fact]
    public async Task after_a_login_everything_goes_through_the_gateway_and_after_a_logout_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync();

        var login = await person.LatchkeyAsync("login", gateway.Address.Authority);

        login.ExitCode.Should().Be(0, login.Errors);
        login.Output.Should().Contain("Proxy is healthy and ready").And.Contain("in 23 h 59 min").And.Contain("claude-*").And.NotContain("sk-ant-");
        (await person.LatchkeyAsync("token")).ExitCode.Should().Be(0);
        (await person.LatchkeyAsync("logout")).Output.Should().Contain("forgotten");
        (await person.LatchkeyAsync("token")).ExitCode.Should().Be(ExitCode.NotConfigured);
        Directory.GetFiles(Path.Combine(person.Folder, "secrets")).Should().BeEmpty();
    }

    [Fact]
    public async Task what_others_keep_in_the_settings_stays_and_only_the_person_reads_secrets()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync();
        person.Write("""{"acme_theme": "dark"}""", ".local", "share", "latchkey", "latchkey.json");

        await person.LatchkeyAsync("login", server.Address.AbsoluteUri);

        JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(person.Folder, "latchkey.json")))!["acme_theme"]!.GetValue<string>().Should().Be("dark");
    }

    [Fact]
    public async Task a_code_is_told_to_the_gateway_and_not_kept()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync();
        await person.LatchkeyAsync("login", server.Address.AbsoluteUri);

        await person.LatchkeyAsync("login", server.Address.AbsoluteUri, "--code", "ABCD-1234");
        await person.RunAsync(person.Program, ["login", server.Address.AbsoluteUri, "--code", "-"], Encoding.UTF8.GetBytes("EFGH-5678\n"));

        server.Bootstraps.Select(b => JsonNode.Parse(b)!["enrollment_code"]?.GetValue<string>()).Should().Equal(null, "ABCD-1234", "EFGH-5678");
        (await File.ReadAllTextAsync(Path.Combine(person.Folder, "latchkey.json"))).Should().NotContain("ABCD").And.NotContain("EFGH");
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, ExitCode.Refused)]
    [InlineData(HttpStatusCode.ServiceUnavailable, ExitCode.Unreachable)]
    public async Task a_login_that_fails_changes_nothing(HttpStatusCode answer, int code)
    {
        await using var server = await ContractServer.StartAsync();
        server.BootstrapAnswer = ContractServer.Refusal(answer);
        using var person = await Person.ArriveAsync();

        (await person.LatchkeyAsync("login", server.Address.AbsoluteUri)).ExitCode.Should().Be(code);

        File.Exists(Path.Combine(person.Folder, "latchkey.json")).Should().BeFalse();
    }

    [Fact]
    public async Task a_key_is_read_from_the_standard_input_and_used_where_there_is_no_gateway()
    {
        using var person = await Person.ArriveAsync();

        (await person.RunAsync(person.Program, ["login", "--key"], Encoding.UTF8.GetBytes("sk-ant-own-0123456789\n"))).ExitCode.Should().Be(0);

        (await person.LatchkeyAsync("run", "--", "sh", "-c", "echo $ANTHROPIC_API_KEY")).Output.Should().Be("sk-ant-own-0123456789\n");
        (await person.LatchkeyAsync("status")).Output.Should().Contain("your own key").And.NotContain("sk-ant-own");
        (await person.LatchkeyAsync("logout", "--all")).ExitCode.Should().Be(0);
        (await person.LatchkeyAsync("run", "--", "true")).ExitCode.Should().Be(ExitCode.NotConfigured);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("sk-ant-proxy-eyJ")]
    public async Task what_is_no_key_is_not_kept(string typed)
    {
        using var person = await Person.ArriveAsync();

        var ran = await person.RunAsync(person.Program, ["login", "--key"], Encoding.UTF8.GetBytes(typed + "\n"));

        ran.ExitCode.Should().Be(ExitCode.Usage);
        (typed.Length > 0 && ran.Errors.Contains(typed)).Should().BeFalse("a mistyped key is a secret too");
    }

    [Fact]
    public async Task the_environment_outweighs_a_login_and_that_is_said()
    {
        await using var server = await ContractServer.StartAsync();
        using var person = await Person.ArriveAsync(new Uri("http://127.0.0.1:9"));

        var ran = await person.LatchkeyAsync("login", server.Address.AbsoluteUri);

        ran.ExitCode.Should().Be(0);
        ran.Errors.Should().Contain("PROXY_BOOTSTRAP_URL is set in the environment");
    }

    [Fact]
    public async Task a_refresh_gets_another_token()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var person = await Person.ArriveAsync(gateway.Address);
        var first = await person.LatchkeyAsync("token");

        (await person.LatchkeyAsync("refresh")).ExitCode.Should().Be(0);

        (await person.LatchkeyAsync("token")).Output.Should().NotBe(first.Output);
    }

    [Fact]
    public async Task the_status_says_how_things_stand_and_has_a_code_for_it()
    {
        using var person = await Person.ArriveAsync();
        (await person.LatchkeyAsync("status")).ExitCode.Should().Be(ExitCode.NotConfigured);

        await using var server = await ContractServer.StartAsync();
        person.UseGateway(server.Address);
        (await person.LatchkeyAsync("status")).Should().Match<Ran>(r => r.ExitCode == 0 && r.Output.Contains("from the environment"));

        await server.DisposeAsync();
        (await person.LatchkeyAsync("status")).Should().Match<Ran>(r => r.ExitCode == ExitCode.Unreachable && r.Output.Contains("can't be reached"));
    }
}
