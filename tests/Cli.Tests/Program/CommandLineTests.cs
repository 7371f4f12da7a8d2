using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Latchkey.Cli.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Program;

/// <summary>The command line as a whole: help, mistakes, JSON, terminals.</summary>
public partial class CommandLineTests
{
    public static TheoryData<string> Commands => ["run", "env", "setup", "setup claude-code", "login", "logout", "status", "token", "refresh", "doctor", "usage", "completion"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task every_command_explains_itself_with_examples(string command)
    {
        using var person = await Person.ArriveAsync();

        var ran = await person.LatchkeyAsync([.. command.Split(' '), "--help"]);

        ran.Should().Match<Ran>(r => r.ExitCode == 0 && r.Errors == "");
        ran.Output.Should().Contain("Usage:").And.Contain("Examples:").And.Contain($"  latchkey {command}");
    }

    [Fact]
    public async Task claudes_own_help_is_claudes_and_ours_is_under_help()
    {
        using var person = await Person.ArriveAsync();

        (await person.LatchkeyAsync("help", "claude")).Output.Should().Contain("LATCHKEY_CLAUDE").And.Contain("latchkey claude -p");
    }

    [Fact]
    public async Task the_help_of_all_names_the_exit_codes()
    {
        using var person = await Person.ArriveAsync();

        (await person.LatchkeyAsync("--help")).Output.Should().Contain("Exit codes:").And.Contain("127").And.NotContain("complete ");
        (await person.LatchkeyAsync("--version")).Output.Should().MatchRegex(@"^\d+\.\d+\.\d+");
    }

    [Theory]
    [InlineData("tokn", "token")]
    [InlineData("usage --period fortnight", "week")]
    [InlineData("setup claude-code --user --managed", "Only one of")]
    [InlineData("token --jsn", "--jsn")]
    [InlineData("run", "command")]
    [InlineData("run --frsh -- true", "--frsh")]
    [InlineData("login", "no address")]
    public async Task a_mistake_is_told_and_has_its_code(string arguments, string words)
    {
        using var person = await Person.ArriveAsync();

        var ran = await person.LatchkeyAsync(arguments.Split(' '));

        ran.ExitCode.Should().Be(ExitCode.Usage);
        (ran.Errors + ran.Output).Should().Contain(words);
    }

    [Theory]
    [InlineData("env")]
    [InlineData("setup claude-code")]
    [InlineData("login http://127.0.0.1:1")]
    [InlineData("logout")]
    [InlineData("status")]
    [InlineData("token")]
    [InlineData("refresh")]
    [InlineData("doctor --no-call")]
    [InlineData("usage")]
    public async Task with_json_there_is_json_whatever_happens(string command)
    {
        await using var server = await ContractServer.StartAsync();
        foreach (var person in (Person[])[await Person.ArriveAsync(server.Address), await Person.ArriveAsync()])
        {
            using (person)
            {
                var ran = await person.LatchkeyAsync([.. command.Split(' '), "--json"]);

                JsonNode.Parse(ran.Output).Should().BeOfType<JsonObject>("of {0}", ran);
            }
        }
    }

    [Fact]
    public async Task colours_are_for_terminals_and_for_those_who_want_them()
    {
        using var person = await Person.ArriveAsync();
        person.Variables["TERM"] = "xterm";

        (await OnTerminalAsync(person, "doctor")).Should().Contain("\e[31m");
        (await person.LatchkeyAsync("doctor")).Output.Should().NotContain("\e[");
        person.Variables["NO_COLOR"] = "1";
        (await OnTerminalAsync(person, "doctor")).Should().NotContain("\e[31m").And.Contain("✗ wrong");
    }

    [Theory]
    [InlineData("token --allow-direct", "sk-ant-own-0123456789\r\n")]
    [InlineData("run -- printf x", "x")]
    public async Task a_terminal_gets_what_is_asked_for_and_nothing_more(string command, string shown)
    {
        using var person = await Person.ArriveAsync();
        person.Variables["TERM"] = "xterm";
        person.Variables["ANTHROPIC_API_KEY"] = "sk-ant-own-0123456789";

        (await OnTerminalAsync(person, $"{command} 2>/dev/null")).Should().Be(shown);
    }

    [Fact]
    public async Task a_key_that_is_typed_is_not_shown()
    {
        using var person = await Person.ArriveAsync();
        person.Variables["TERM"] = "xterm";
        using var process = person.Start("script", ["-qec", "latchkey login --key", "/dev/null"]);
        var shown = "";
        while (!shown.Contains("key: ", StringComparison.Ordinal))
        {
            shown += (char)process.StandardOutput.Read();
        }

        await process.StandardInput.WriteAsync("sk-ant-typed-0123456789\r");
        await process.StandardInput.FlushAsync();
        shown += await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        shown.Should().Contain("your own key").And.NotContain("typed");
        (await person.LatchkeyAsync("token", "--allow-direct")).Output.Should().Be("sk-ant-typed-0123456789\n");
    }

    /// <summary>Seen in the order of its system calls: typing fast enough to be shown is a matter of luck.</summary>
    [Fact]
    public async Task nothing_that_is_pasted_at_the_question_for_a_key_is_shown()
    {
        using var person = await Person.ArriveAsync();
        person.Variables["TERM"] = "xterm";
        var trace = Path.Combine(person.Home, "trace");
        using var process = person.Start("script", ["-qec", $"strace -f -qq -e trace=ioctl,write -o {trace} {person.Program} login --key", "/dev/null"]);
        await process.StandardInput.WriteAsync("sk-ant-typed-0123456789\r");
        await process.StandardInput.FlushAsync();
        (await Person.EndAsync(process)).ExitCode.Should().Be(0);

        var calls = await File.ReadAllLinesAsync(trace);
        var quiet = Array.FindIndex(calls, call => call.Contains("TCSETS", StringComparison.Ordinal) && !EchoFlag().IsMatch(call));
        quiet.Should().BeGreaterThanOrEqualTo(0);
        Array.FindIndex(calls, call => call.Contains("\"Anthropic API key: \"", StringComparison.Ordinal)).Should().BeGreaterThan(quiet);
    }

    [GeneratedRegex(@"\bECHO\b")]
    private static partial Regex EchoFlag();

    private static async Task<string> OnTerminalAsync(Person person, string command) =>
        (await person.RunAsync("script", ["-qec", $"latchkey {command}", "/dev/null"])).Output;
}
