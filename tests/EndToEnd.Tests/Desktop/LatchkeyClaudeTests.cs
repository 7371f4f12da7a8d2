using System.Globalization;
using System.Text.Json;
using Latchkey.EndToEnd.Tests.ClaudeCode;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator.Scripts;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Desktop;

/// <summary>
/// Real Claude Code on a person's machine, with tokens that live for seconds. <c>LATCHKEY_TEST_TOKEN_SECONDS=60</c> lets them live for a minute, as
/// the issue has it, and takes minutes.
/// </summary>
public class LatchkeyClaudeTests
{
    private const int Refreshed = 7002;
    private const int RefusedByGateway = 1001;

    private static readonly int TokenSeconds =
        int.TryParse(Environment.GetEnvironmentVariable("LATCHKEY_TEST_TOKEN_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 8;

    /// <summary>Of a conversation: none takes longer than ten seconds.</summary>
    private static readonly int Turns = Math.Max(5, TokenSeconds * 4 / 10);

    [Fact]
    public async Task a_conversation_with_tools_outlives_any_number_of_tokens()
    {
        await using var gateway = await GatewayAsync(TokenSeconds);
        using var machine = await DesktopMachine.LoggedInAsync(gateway.Address);
        Converse(gateway, machine);

        await using var claude = machine.Start("latchkey", ["claude", .. Arguments("Count, slowly.")]);

        await ShouldCountToTheEndAsync(gateway, machine, claude);
    }

    [Fact]
    public async Task plain_claude_does_so_too_once_it_is_set_up()
    {
        await using var gateway = await GatewayAsync(TokenSeconds);
        using var machine = await DesktopMachine.LoggedInAsync(gateway.Address);
        machine.Write("""{"env": {"ANTHROPIC_AUTH_TOKEN": "another", "CLAUDE_CODE_USE_BEDROCK": "1"}, "includeCoAuthoredBy": false}""", ".claude", "settings.json");
        (await machine.RunAsync("latchkey", "setup", "claude-code")).ExitCode.Should().Be(0);
        Converse(gateway, machine);

        await using var claude = machine.Start("claude", Arguments("Count, slowly."));

        await ShouldCountToTheEndAsync(gateway, machine, claude);
    }

    [Fact]
    public async Task whatever_the_settings_and_variables_say_it_goes_to_the_gateway()
    {
        await using var gateway = await GatewayAsync(tokenSeconds: 24 * 3600);
        using var machine = await DesktopMachine.LoggedInAsync(gateway.Address);
        const string elsewhere = """
            {"apiKeyHelper": "echo sk-ant-wrong", "env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9", "ANTHROPIC_AUTH_TOKEN": "wrong", "CLAUDE_CODE_USE_VERTEX": "1"}}
            """;
        machine.Write(elsewhere, ".claude", "settings.json");
        machine.Write(elsewhere, "..", "project", ".claude", "settings.json");
        machine.Variables["ANTHROPIC_API_KEY"] = "sk-ant-wrong";
        machine.Variables["CLAUDE_CODE_USE_BEDROCK"] = "1";
        gateway.Scripts.Set(new Script { Turns = [new ScriptTurn { Blocks = [new ScriptBlock.Text("Here.")] }] });

        var run = await machine.RunAsync("latchkey", ["claude", .. Arguments("Where are you?")]);

        ClaudeCodeAnswer.Of(run).Should().Match<ClaudeCodeAnswer>(a => a.ExitCode == 0 && !a.IsError && a.Result == "Here.");
        await MessagesShouldBeAsync(gateway, 1);
    }

    [Fact]
    public async Task a_gateway_that_takes_no_old_token_any_more_is_got_over_within_the_conversation()
    {
        var port = LoopbackPort.Free();
        var before = await GatewayAsync(24 * 3600, port, ("Latchkey:Tokens:Secret", "the first secret, which is long enough"));
        using var machine = await DesktopMachine.LoggedInAsync(before.Address);
        Say(before, Wait("until [ -e tomorrow ]; do sleep 0.1; done"));
        await using var claude = machine.Start("latchkey", ["claude", .. Arguments("Wait for tomorrow.")]);
        await before.LedgerAsync(rows: 1);
        await before.DisposeAsync();

        // Overnight the operator has changed the secret: no token of yesterday is good.
        await using var after = await GatewayAsync(24 * 3600, port, ("Latchkey:Tokens:Secret", "the second secret, which is long enough"));
        after.Scripts.Set(new Script { Turns = [.. Enumerable.Repeat(new ScriptTurn { Blocks = [new ScriptBlock.Text("It is tomorrow.")] }, 2)] });
        await File.WriteAllTextAsync(Path.Combine(machine.Project, "tomorrow"), "");
        var answer = ClaudeCodeAnswer.Of(await claude.EndAsync());

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode == 0 && !a.IsError && a.Result == "It is tomorrow.");
        after.Logs.Lines.Count(line => line.EventId == RefusedByGateway).Should().BeInRange(1, 3, "a helper that is asked again at once asks the gateway");
    }

    [Fact]
    public async Task the_typescript_sdk_needs_nothing_but_its_environment()
    {
        Repository.Client("@anthropic-ai", "sdk", "package.json");
        await using var gateway = await GatewayAsync(24 * 3600);
        using var machine = await DesktopMachine.LoggedInAsync(gateway.Address);

        var run = await machine.RunAsync("latchkey", "run", "--", "node", Path.Combine(Repository.Clients, "env.mjs"), "claude-sonnet-5-5", "Hello");

        run.ExitCode.Should().Be(0, run.Errors);
        using var seen = JsonDocument.Parse(run.Output);
        seen.RootElement.GetProperty("message").GetString().Should().StartWith("Hello from the simulator");
        seen.RootElement.GetProperty("streamed").GetString().Should().Be(seen.RootElement.GetProperty("message").GetString());
        await Books.AgreeAsync(gateway, exchanges: 2);
    }

    private static async Task ShouldCountToTheEndAsync(TestGateway gateway, DesktopMachine machine, ChildProcess claude)
    {
        var answer = ClaudeCodeAnswer.Of(await claude.EndAsync(TimeSpan.FromSeconds(60 + (TokenSeconds * 10))));

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode == 0 && !a.IsError && a.Result == "That is all.");
        (await File.ReadAllTextAsync(Path.Combine(machine.Project, "count.txt"))).Should().Be(string.Concat(Enumerable.Range(1, Turns).Select(i => $"{i}\n")));
        gateway.Logs.Lines.Count(line => line.EventId == Refreshed).Should().BeGreaterThanOrEqualTo(3);
        await MessagesShouldBeAsync(gateway, Turns + 1);
        if (TokenSeconds >= 60)
        {
            // Claude Code reads a token's end and, half a minute before it, waits for the next: no call is refused, not even once.
            gateway.Logs.Lines.Where(line => line.EventId == RefusedByGateway).Should().BeEmpty();
        }
    }

    /// <summary>The books agree, and have so many messages; the helper may have asked for the models, too.</summary>
    private static async Task MessagesShouldBeAsync(TestGateway gateway, int messages) =>
        (await Books.AgreeAsync(gateway, gateway.Tally.Rows().Count)).Where(row => row.Route == "messages").Should().HaveCount(messages);

    /// <summary>Four lives of a token long. What takes Claude Code's Bash longer than some seconds goes on in the background.</summary>
    private static void Converse(TestGateway gateway, DesktopMachine machine)
    {
        var pause = (TokenSeconds * 4.0 / Turns).ToString(CultureInfo.InvariantCulture);
        Say(gateway, [.. Enumerable.Range(1, Turns).Select(i => Wait($"sleep {pause}; echo {i} >> {machine.Project}/count.txt"))], "That is all.");
    }

    private static void Say(TestGateway gateway, ScriptBlock block) => Say(gateway, [block], "Done.");

    private static void Say(TestGateway gateway, IReadOnlyList<ScriptBlock> tools, string end) =>
        gateway.Scripts.Set(new Script { Turns = [.. tools.Append(new ScriptBlock.Text(end)).Select(block => new ScriptTurn { Blocks = [block] })] });

    private static ScriptBlock.ToolUse Wait(string command) =>
        new(null, "Bash", JsonSerializer.Serialize(new { command, description = "Take some time", timeout = 120_000 }));

    private static string[] Arguments(string prompt) => ["-p", prompt, "--model", "claude-sonnet-5-5", "--output-format", "json", "--allowedTools", "Write,Bash"];

    private static Task<TestGateway> GatewayAsync(int tokenSeconds, int? port = null, params (string, string)[] settings) => TestGateway.StartAsync(
        [
            ("Latchkey:Accept:MaxPayloadSize", "33554432"),
            ("Latchkey:Tokens:LifetimeHours", (tokenSeconds / 3600.0).ToString("R", CultureInfo.InvariantCulture)),
            .. settings,
        ],
        port: port);
}
