using Latchkey.Cli.Tests.Support;

namespace Latchkey.Cli.Tests.Program;

/// <summary>Real shells load the completion scripts and complete with them.</summary>
public class CompletionTests
{
    [Theory]
    [InlineData("latchkey log", "login logout")]
    [InlineData("latchkey setup claude-code --u", "--undo --user")]
    [InlineData("latchkey usage --period w", "week")]
    [InlineData("latchkey run -- /etc/pass", "")]
    public async Task bash_completes(string typed, string offered)
    {
        using var person = await Person.ArriveAsync();
        var words = typed.Split(' ');
        var script = person.Write(
            $$"""
            source <(latchkey completion bash)
            COMP_WORDS=({{typed}})
            COMP_CWORD={{words.Length - 1}}
            _latchkey
            printf '%s\n' "${COMPREPLY[@]}" | sort
            complete -p latchkey | grep -q -- '-F _latchkey' || echo 'it is not registered'

            """,
            "script");

        var ran = await person.RunAsync("bash", ["--norc", script]);

        ran.Errors.Should().BeEmpty();
        ran.Lines.Should().Equal(offered.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task bash_completes_the_name_of_a_program_to_run()
    {
        using var person = await Person.ArriveAsync();
        var script = person.Write(
            "source <(latchkey completion bash)\nCOMP_WORDS=(latchkey run latchk)\nCOMP_CWORD=2\n_latchkey\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n", "script");

        (await person.RunAsync("bash", ["--norc", script])).Lines.Should().Contain("latchkey");
    }

    [Theory]
    [InlineData("latchkey log", "login,logout")]
    [InlineData("latchkey setup claude-code --u", "--undo,--user")]
    [InlineData("latchkey usage --period ", "all,day,month,week,year")]
    [InlineData("latchkey env --shell f", "fish")]
    public async Task fish_completes(string typed, string offered)
    {
        using var person = await Person.ArriveAsync();

        var ran = await person.RunAsync("fish", ["--no-config", "-c", $"latchkey completion fish | source; complete -C '{typed}'"]);

        ran.Errors.Should().BeEmpty();
        ran.Lines.Select(line => line.Split('\t')[0]).Order(StringComparer.Ordinal).Should().Equal(offered.Split(','));
    }

    [Fact]
    public async Task fish_says_what_a_command_does()
    {
        using var person = await Person.ArriveAsync();

        var ran = await person.RunAsync("fish", ["--no-config", "-c", "latchkey completion fish | source; complete -C 'latchkey doc'"]);

        ran.Output.Should().Be("doctor\tLook at everything between this machine and Claude, and say what to do.\n");
    }
}
