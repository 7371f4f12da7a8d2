using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Scripts;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.EndToEnd.Tests.ClaudeCode;

/// <summary>Real Claude Code, as npm installs it, with the gateway as its only way out. One run at a time: it is a heavy program.</summary>
public class ClaudeCodeTests
{
    [Fact]
    public async Task a_question_is_answered_through_the_gateway()
    {
        await using var gateway = await GatewayAsync();
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseToken(await gateway.TokenAsync("claude-plain-01"));
        Say(gateway, Text("Four."));

        var answer = await machine.RunAsync("How much is two and two?");

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode == 0 && !a.IsError && a.Result == "Four.");
        var row = (await Books.AgreeAsync(gateway, exchanges: 1)).Single();
        row.Should().Match<LedgerRow>(r => r.DeviceId == "claude-plain-01" && r.Ending == "completed" && r.StopReason == "end_turn");
        row.Tokens.Output.Should().Be(answer.OutputTokens).And.BePositive();
        gateway.Tally.Rows().Should().OnlyContain(r => r.Request.CameWithKey(TestGateway.MasterKey));
    }

    [Fact]
    public async Task a_conversation_writes_a_file_and_runs_a_command()
    {
        await using var gateway = await GatewayAsync();
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseSamples();
        var poem = Path.Combine(machine.Project, "poem.txt");
        var loud = Path.Combine(machine.Project, "loud.txt");
        Say(
            gateway,
            Tool("Write", $$"""{"file_path":"{{poem}}","content":"roses are red\nviolets are blü\n"}"""),
            Tool("Bash", """{"command":"tr a-z A-Z < poem.txt > loud.txt","description":"Make it loud"}"""),
            Text("Both files are there."));

        var answer = await machine.RunAsync("Write a poem into poem.txt, then a loud copy of it into loud.txt.");

        answer.Result.Should().Be("Both files are there.");
        (await File.ReadAllTextAsync(poem)).Should().Be("roses are red\nviolets are blü\n");
        (await File.ReadAllTextAsync(loud)).Should().Be("ROSES ARE RED\nVIOLETS ARE BLü\n");
        var rows = await Books.AgreeAsync(gateway, exchanges: 3);
        rows.Select(r => r.StopReason).Should().Equal("tool_use", "tool_use", "end_turn");
        rows.Should().OnlyContain(r => r.Tokens.CacheWritten5m + r.Tokens.CacheWritten1h > 0, "Claude Code caches its prompt");
        rows.Skip(1).Should().OnlyContain(r => r.Tokens.CacheRead > 0);
        rows.Sum(r => r.Tokens.Output).Should().Be(answer.OutputTokens, "the client counts what we count");
    }

    [Fact]
    public async Task a_model_that_is_not_allowed_is_named_after_one_request()
    {
        await using var gateway = await GatewayAsync(settings: [("Latchkey:Models:Allowed", "claude-sonnet-*")]);
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseToken(await gateway.TokenAsync());

        var answer = await machine.RunAsync("Hello", model: "claude-opus-5-5");

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode != 0 && a.IsError);
        answer.Result.Should().StartWith("API Error: 400").And.Contain("claude-opus-5-5");
        Refusals(gateway).Should().ContainSingle();
        await Books.AgreeAsync(gateway, exchanges: 0);
    }

    [Fact]
    public async Task a_text_that_is_cut_by_a_budget_costs_one_request_and_says_why()
    {
        const string Why = "The budget is used up until tomorrow.";
        await using var gateway = await TestGateway.StartAsync(
            [("Latchkey:Accept:MaxPayloadSize", "33554432")], services: new StagedExchange(cutAfter: 8, Why).Register);
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseToken(await gateway.TokenAsync());

        var answer = await machine.RunAsync("Tell me all of it. [simulate: content=text events=200 event-delay=20]");

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode != 0 && a.IsError);
        answer.Result.Should().Contain(Why);
        var row = (await Books.AgreeAsync(gateway, exchanges: 1)).Single();
        row.Ending.Should().Be("cut_by_budget");
        gateway.Tally.Rows().Should().ContainSingle().Which.Ending.Should().Be(Ending.ClientLeft);
    }

    [Fact]
    public async Task an_expired_token_that_nobody_can_renew_is_sent_once()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await GatewayAsync(time);
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseToken(await gateway.TokenAsync());
        time.Advance(TimeSpan.FromHours(25));

        var answer = await machine.RunAsync("Hello");

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode != 0 && a.IsError);
        answer.Result.Should().Contain("401").And.Contain("The wrapper token has expired");
        Refusals(gateway).Should().ContainSingle();
        await Books.AgreeAsync(gateway, exchanges: 0);
    }

    // The helper has only the client's clock and the token's own word for it.
    [Fact]
    public async Task a_token_that_the_gateway_no_longer_takes_is_replaced_by_the_sample_helper_though_it_looks_fresh()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await GatewayAsync(time);
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseSamples();
        (await machine.RunAsync("Hello")).IsError.Should().BeFalse();
        time.Advance(TimeSpan.FromHours(25));

        var answer = await machine.RunAsync("Hello again");

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode == 0 && !a.IsError);
        Refusals(gateway).Count.Should().BeLessThanOrEqualTo(2);
        await Books.AgreeAsync(gateway, exchanges: 2);
    }

    [Fact]
    public async Task a_token_that_expires_between_two_turns_is_renewed_by_the_helper_and_the_run_goes_on()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await GatewayAsync(time);
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseHelper();
        Say(
            gateway,
            Tool("Bash", """{"command":"until [ -e tomorrow ]; do sleep 0.05; done; echo good morning > greeting.txt","description":"Wait"}"""),
            Text("It is tomorrow."));

        await using var claude = machine.Start("Greet me tomorrow.");
        await gateway.LedgerAsync(rows: 1);
        time.Advance(TimeSpan.FromHours(25));
        await File.WriteAllTextAsync(Path.Combine(machine.Project, "tomorrow"), "");
        var answer = ClaudeCodeAnswer.Of(await claude.EndAsync());

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode == 0 && !a.IsError && a.Result == "It is tomorrow.");
        (await File.ReadAllTextAsync(Path.Combine(machine.Project, "greeting.txt"))).Should().Be("good morning\n");
        Refusals(gateway).Should().ContainSingle().Which.Should().Contain("expired");
        machine.HelperRuns.Should().Be(2);
        await Books.AgreeAsync(gateway, exchanges: 2);
    }

    // Claude Code with images sends up to 32 MB; its tool definitions alone are 50 KB.
    private static Task<TestGateway> GatewayAsync(TimeProvider? time = null, params (string Key, string Value)[] settings) =>
        TestGateway.StartAsync([("Latchkey:Accept:MaxPayloadSize", "33554432"), .. settings], time: time);

    private static void Say(TestGateway gateway, params ScriptBlock[] turns) =>
        gateway.Scripts.Set(new Script { Turns = [.. turns.Select(block => new ScriptTurn { Blocks = [block] })] });

    private static ScriptBlock.Text Text(string words) => new(words);

    private static ScriptBlock.ToolUse Tool(string name, string input) => new(null, name, input);

    /// <summary>Requests that the gateway answered itself.</summary>
    private static List<string> Refusals(TestGateway gateway) =>
        [.. gateway.Logs.Lines.Where(line => line.EventId == 1001).Select(line => line.Message)];
}
