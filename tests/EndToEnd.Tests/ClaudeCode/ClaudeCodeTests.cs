using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Scripts;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.EndToEnd.Tests.ClaudeCode;

/// <summary>Real Claude Code, as npm installs it, with the gateway as its only way out. One run at a time: it is a heavy program.</summary>
public class ClaudeCodeTests
{
    private const string Opus = "claude-opus-5-5";

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
    public async Task a_used_up_budget_is_told_after_one_request()
    {
        await using var gateway = await GatewayAsync();
        await BudgetAsync(gateway, limit: 0.000001m);
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseToken(await gateway.TokenAsync());

        var answer = await machine.RunAsync("Hello");

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode != 0 && a.IsError);
        answer.Result.Should().Contain("Budget 'Team C'").And.Contain("resets at").And.Contain("Ask your operator");
        Refusals(gateway).Should().ContainSingle();
        await Books.AgreeAsync(gateway, exchanges: 0);
    }

    [Fact]
    public async Task a_text_whose_budget_runs_out_costs_one_request_and_says_why()
    {
        await using var gateway = await GatewayAsync();
        await BudgetAsync(gateway, limit: 2m);
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseToken(await gateway.TokenAsync());

        // The whole answer would cost 2.40 USD. At a pace: what has left the Simulator counts as delivered, and all of it fits between the two.
        var answer = await machine.RunAsync("Tell me all of it. [simulate: content=text output-tokens=120000 events=400 event-delay=3]", Opus);

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode != 0 && a.IsError);
        answer.Result.Should().Contain("The budget that pays for this answer is used up");
        var row = (await Books.AgreeAsync(gateway, exchanges: 1)).Single();
        row.Ending.Should().Be("cut_by_budget");
        row.Tokens.Output.Should().BeGreaterThan(4_096, "it was cut after more than its first slice");
        gateway.Tally.Rows().Should().ContainSingle().Which.Ending.Should().Be(Ending.ClientLeft);
        var stand = await new BudgetDesk(gateway.Http, gateway.Address).ReadAsync("claude-code", "test-device-0001");
        stand.Should().Match<BudgetStand>(s => s.Reserved == 0 && s.Spent > 0 && s.Spent <= s.Limit);
    }

    // Claude Code asks for more output than three dollars buy.
    [Fact]
    public async Task somebody_with_three_dollars_left_on_opus_is_served()
    {
        await using var gateway = await GatewayAsync();
        await BudgetAsync(gateway, limit: 3m);
        gateway.Tally.KeepBodies = true;
        using var machine = new ClaudeCodeMachine(gateway.Address);
        machine.UseToken(await gateway.TokenAsync());
        Say(gateway, Text("Served."));

        var answer = await machine.RunAsync("Hello", Opus);

        answer.Should().Match<ClaudeCodeAnswer>(a => a.ExitCode == 0 && !a.IsError && a.Result == "Served.");
        await Books.AgreeAsync(gateway, exchanges: 1);
        using var asked = JsonDocument.Parse(gateway.Tally.Rows().Single().Request.Body!);
        asked.RootElement.GetProperty("max_tokens").GetInt64().Should().Be(128_000);
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

    /// <summary>So many US dollars a month for each device, held by the default mode.</summary>
    private static Task BudgetAsync(TestGateway gateway, decimal limit) => new BudgetDesk(gateway.Http, gateway.Address).PutAsync("claude-code", new JsonObject
    {
        ["name"] = "Team C",
        ["scope"] = "device",
        ["per_head"] = true,
        ["period"] = "month",
        ["limit_usd"] = limit,
    });

    private static ScriptBlock.Text Text(string words) => new(words);

    private static ScriptBlock.ToolUse Tool(string name, string input) => new(null, name, input);

    /// <summary>Requests that the gateway answered itself.</summary>
    private static List<string> Refusals(TestGateway gateway) =>
        [.. gateway.Logs.Lines.Where(line => line.EventId == 1001).Select(line => line.Message)];
}
