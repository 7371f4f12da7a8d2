using System.Globalization;
using System.Text;
using Latchkey.Cli.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Cli.Tests.Program;

/// <summary><c>latchkey run</c> and <c>env</c> with real programs and shells.</summary>
public sealed class RunTests : IAsyncLifetime
{
    /// <summary>Arguments of <c>env</c>: whoever runs the tests in the background may ignore these signals, and then so do all children, and no shell can trap them.</summary>
    private static readonly string[] DefaultSignals = ["--default-signal=HUP,INT,QUIT,TERM"];

    private ContractServer _server = null!;
    private Person _person = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ContractServer.StartAsync();
        _person = await Person.ArriveAsync(_server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _person.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task a_program_gets_address_and_key_and_no_other_credential()
    {
        _person.Variables["ANTHROPIC_AUTH_TOKEN"] = "another";
        _person.Variables["FOO"] = "bar";

        var ran = await _person.LatchkeyAsync("run", "--", "env");

        var token = (await _person.LatchkeyAsync("token")).Output.Trim();
        ran.Lines.Should().Contain([$"ANTHROPIC_BASE_URL={BaseUrl}", $"ANTHROPIC_API_KEY={token}", "FOO=bar"]).And.NotContain(line => line.StartsWith("ANTHROPIC_AUTH_TOKEN"));
        ran.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task the_program_takes_the_place_of_latchkey()
    {
        using var process = _person.Start(_person.Program, ["run", "--", "sh", "-c", "echo $$"]);
        var id = process.Id;

        (await Person.EndAsync(process)).Output.Trim().Should().Be(id.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    [InlineData("kill -TERM $$", 128 + 15)]
    [InlineData("kill -KILL $$", 128 + 9)]
    public async Task its_exit_code_is_the_programs_own(string script, int code) =>
        (await _person.LatchkeyAsync("run", "--", "sh", "-c", script)).ExitCode.Should().Be(code);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("WINCH")]
    [InlineData("USR1")]
    public async Task signals_reach_the_program(string signal)
    {
        using var process = _person.Start(
            "env", [.. DefaultSignals, _person.Program, "run", "--", "sh", "-c", $"trap 'echo got {signal}; exit 7' {signal}; echo ready; while :; do sleep 0.05; done"]);
        (await process.StandardOutput.ReadLineAsync()).Should().Be("ready");

        await _person.RunAsync("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        var end = await Person.EndAsync(process);

        end.Output.Should().Be($"got {signal}\n");
        end.ExitCode.Should().Be(7);
    }

    [Fact]
    public async Task signals_are_as_a_shell_would_have_left_them()
    {
        const string script = "grep -E '^Sig(Ign|Blk)' /proc/self/status";

        var plain = await _person.RunAsync("env", [.. DefaultSignals, "sh", "-c", script]);
        var through = await _person.RunAsync("env", [.. DefaultSignals, "sh", "-c", $"exec {_person.Program} run -- sh -c \"{script}\""]);

        // The test's own host ignores SIGPIPE, as every .NET program does; latchkey gives it back to what it starts.
        through.Output.Should().Be(plain.Output.Replace("0000000000001000", "0000000000000000"));
    }

    [Fact]
    public async Task what_comes_in_and_goes_out_passes_byte_for_byte()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i), .. new byte[100_000]];

        var ran = await _person.RunAsync(_person.Program, ["run", "--", "cat"], bytes);

        ran.Bytes.Should().Equal(bytes);
    }

    [Fact]
    public async Task in_a_file_that_both_write_to_nothing_is_written_over()
    {
        await _server.DisposeAsync();
        _person.Variables["ANTHROPIC_API_KEY"] = "sk-ant-own-0123456789";
        var file = Path.Combine(_person.Home, "log");

        await _person.RunAsync("sh", ["-c", $"{{ echo before; {_person.Program} run -- echo between; {_person.Program} token --allow-direct; echo after; }} >{file} 2>&1"]);

        var lines = await File.ReadAllLinesAsync(file);
        lines.Should().HaveCount(5).And.StartWith("before").And.EndWith(["sk-ant-own-0123456789", "after"]);
        lines[1].Should().StartWith("latchkey: ").And.Contain("your own key");
        lines[2].Should().Be("between");
    }

    [Fact]
    public async Task arguments_and_variables_pass_byte_for_byte_though_they_are_no_utf_8()
    {
        var script = _person.Write(
            $"""
            export ODD="$(printf 'v\377\376')"
            exec {_person.Program} run -- sh -c 'printf "%s|" "$ODD" "$@"' sh "$(printf 'a\377b')" '' "it's" '--help' '漢 字'
            """,
            "script");

        var ran = await _person.RunAsync("sh", [script]);

        ran.Bytes.Should().Equal([(byte)'v', 0xff, 0xfe, (byte)'|', (byte)'a', 0xff, (byte)'b', .. Encoding.UTF8.GetBytes("||it's|--help|漢 字|")]);
    }

    [Fact]
    public async Task a_script_without_a_first_line_is_run_by_sh()
    {
        var script = _person.Write("echo \"ran $0 with $1\"\n", "tool");
        await _person.RunAsync("chmod", ["+x", script]);

        (await _person.LatchkeyAsync("run", script, "this")).Output.Should().Be($"ran {script} with this\n");
    }

    [Theory]
    [InlineData("no-such-program", ExitCode.NotFound)]
    [InlineData("/etc/passwd", ExitCode.CannotRun)]
    public async Task a_program_that_isnt_one_has_the_code_that_shells_use(string program, int code)
    {
        var ran = await _person.LatchkeyAsync("run", "--", program);

        ran.ExitCode.Should().Be(code);
        ran.Errors.Should().StartWith($"latchkey: {program} isn't");
    }

    [Fact]
    public async Task a_program_that_keeps_its_token_gets_one_with_at_least_half_of_its_life_left()
    {
        _server.Lifetime = TimeSpan.FromHours(10);
        var first = (await _person.LatchkeyAsync("token")).Output;

        // The library would still find it fresh.
        await _person.LetTimePassAsync(TimeSpan.FromHours(6));
        var ran = await _person.LatchkeyAsync("run", "--", "sh", "-c", "echo $ANTHROPIC_API_KEY");

        ran.Output.Should().NotBe(first);
        _server.Refreshes.Should().HaveCount(1);
        (await _person.LatchkeyAsync("run", "--", "sh", "-c", "echo $ANTHROPIC_API_KEY")).Output.Should().Be(ran.Output);
        (await _person.LatchkeyAsync("run", "--fresh", "--", "sh", "-c", "echo $ANTHROPIC_API_KEY")).Output.Should().NotBe(ran.Output);
    }

    [Fact]
    public async Task without_the_gateway_a_key_of_ones_own_is_used_and_that_is_said()
    {
        await _server.DisposeAsync();
        _person.Variables["ANTHROPIC_API_KEY"] = "sk-ant-own-0123456789";

        var ran = await _person.LatchkeyAsync("run", "--", "sh", "-c", "echo $ANTHROPIC_BASE_URL $ANTHROPIC_API_KEY");

        ran.Output.Should().Be("https://api.anthropic.com sk-ant-own-0123456789\n");
        ran.Errors.Should().Contain("can't be reached").And.Contain("your own key");
    }

    [Fact]
    public async Task without_the_gateway_and_a_key_nothing_is_started()
    {
        await _server.DisposeAsync();

        var ran = await _person.LatchkeyAsync("run", "--", "echo", "started");

        ran.Should().Match<Ran>(r => r.ExitCode == ExitCode.Unreachable && r.Output == "");
    }

    [Theory]
    [InlineData("sh", "sh", "eval \"$(latchkey env --shell sh)\"; printf '%s %s %s\\n' \"$ANTHROPIC_BASE_URL\" \"$ANTHROPIC_API_KEY\" \"${ANTHROPIC_AUTH_TOKEN-unset}\"")]
    [InlineData("bash", "sh", "eval \"$(latchkey env)\"; printf '%s %s %s\\n' \"$ANTHROPIC_BASE_URL\" \"$ANTHROPIC_API_KEY\" \"${ANTHROPIC_AUTH_TOKEN-unset}\"")]
    [InlineData("fish", "fish", "latchkey env | source; set -q ANTHROPIC_AUTH_TOKEN; or set rest unset; printf '%s %s %s\\n' $ANTHROPIC_BASE_URL $ANTHROPIC_API_KEY $rest")]
    public async Task a_shell_reads_in_what_env_prints(string shell, string login, string script)
    {
        _person.Variables["SHELL"] = $"/usr/bin/{login}";
        _person.Variables["ANTHROPIC_AUTH_TOKEN"] = "another";

        var ran = await _person.RunAsync(shell, ["-c", script]);

        ran.Output.Should().Be($"{BaseUrl} {(await _person.LatchkeyAsync("token")).Output.Trim()} unset\n", ran.Errors);
    }

    private string BaseUrl => _server.Address.GetLeftPart(UriPartial.Authority);
}
