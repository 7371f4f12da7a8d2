using System.Text.Json.Nodes;
using Latchkey.Cli.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Program;

/// <summary><c>latchkey setup claude-code</c>, on real files.</summary>
public sealed class SetupTests : IAsyncLifetime
{
    private ContractServer _server = null!;
    private Person _person = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ContractServer.StartAsync();
        _person = await Person.ArriveAsync();
        await _person.LatchkeyAsync("login", _server.Address.AbsoluteUri);
    }

    public async ValueTask DisposeAsync()
    {
        _person.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task the_persons_settings_get_a_helper_that_works_and_lose_it_again()
    {
        const string before = """
            {
                "model": "opus",
                "env": { "ANTHROPIC_AUTH_TOKEN": "another" }
            }
            """;
        var file = _person.Write(before, ".claude", "settings.json");

        var setup = await _person.LatchkeyAsync("setup", "claude-code");

        setup.ExitCode.Should().Be(0, setup.Errors);
        setup.Output.Should().Contain("+ apiKeyHelper").And.Contain("- env.ANTHROPIC_AUTH_TOKEN").And.NotContain("another");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        settings["model"]!.GetValue<string>().Should().Be("opus");
        settings["env"]!["ANTHROPIC_BASE_URL"]!.GetValue<string>().Should().Be(_server.Address.GetLeftPart(UriPartial.Authority));
        var helper = await _person.RunAsync("sh", ["-c", settings["apiKeyHelper"]!.GetValue<string>()]);
        helper.Output.Should().Be((await _person.LatchkeyAsync("token")).Output);

        (await _person.LatchkeyAsync("setup", "claude-code")).Output.Should().Contain("set up already");
        var undo = await _person.LatchkeyAsync("setup", "claude-code", "--undo");

        undo.Output.Should().NotContain("another");
        (await File.ReadAllTextAsync(file)).Should().Be(before);
        (await _person.LatchkeyAsync("setup", "claude-code", "--undo")).Output.Should().StartWith("Nothing was set up");
    }

    [Fact]
    public async Task a_project_names_the_program_and_not_where_it_lies_here()
    {
        var setup = await _person.LatchkeyAsync("setup", "claude-code", "--project");

        setup.Errors.Should().Contain("latchkey on the PATH");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_person.Project, ".claude", "settings.json")))!;
        settings["apiKeyHelper"]!.GetValue<string>().Should().Be("latchkey token --helper");
    }

    [Fact]
    public async Task a_folder_of_the_persons_choice_is_used()
    {
        _person.Variables["CLAUDE_CONFIG_DIR"] = Path.Combine(_person.Home, "elsewhere");

        var setup = await _person.LatchkeyJsonAsync("setup", "claude-code");

        setup["file"]!.GetValue<string>().Should().Be(Path.Combine(_person.Home, "elsewhere", "settings.json"));
        setup["changed"]!.AsArray().Select(c => c!["key"]!.GetValue<string>()).Should().Contain("apiKeyHelper");
    }

    [Fact]
    public async Task broken_settings_are_named_by_line_and_left_alone()
    {
        var file = _person.Write("{\n  \"model\": \"opus\",\n}\n", ".claude", "settings.json");

        var setup = await _person.LatchkeyAsync("setup", "claude-code");

        setup.ExitCode.Should().Be(ExitCode.Failed);
        setup.Errors.Should().Contain(file).And.Contain("line 3");
        (await File.ReadAllTextAsync(file)).Should().Be("{\n  \"model\": \"opus\",\n}\n");
    }

    [Fact]
    public async Task without_the_gateway_nothing_is_written()
    {
        await _server.DisposeAsync();

        (await _person.LatchkeyAsync("setup", "claude-code")).ExitCode.Should().Be(ExitCode.Unreachable);

        Directory.Exists(Path.Combine(_person.Home, ".claude")).Should().BeFalse();
    }
}
