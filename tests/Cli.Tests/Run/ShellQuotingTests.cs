using CsCheck;
using Latchkey.Cli.Run;
using Latchkey.Cli.Tests.Support;

namespace Latchkey.Cli.Tests.Run;

/// <summary>Real shells read what is quoted for them.</summary>
public class ShellQuotingTests
{
    /// <summary>Everything that a shell may take for its own, and ordinary text.</summary>
    private static readonly Gen<string> Value = Gen.OneOf(
        Gen.Char["'\"\\`$!&|;<>(){}[]*?~#%^=,.:@ \t\n-aZ0é漢"].Array[0, 12].Select(chars => new string(chars)),
        Gen.Const("-n"),
        Gen.Const("$(echo no)"),
        Gen.Const("a'b\\'c"),
        Gen.Const("\\"));

    [Theory]
    [InlineData("sh")]
    [InlineData("bash")]
    [InlineData("fish")]
    public async Task a_shell_reads_back_exactly_the_value(string shell)
    {
        using var person = await Person.ArriveAsync();
        var values = Value.Array[300].Single();
        var quoted = values.Select(value => shell == "fish" ? ShellQuoting.Fish(value) : ShellQuoting.Posix(value));
        var script = person.Write($"printf '%s\\0' {string.Join(' ', quoted)}\n", "script");

        var ran = await person.RunAsync(shell, [script]);

        ran.Errors.Should().BeEmpty();
        ran.Output.Split('\0')[..^1].Should().Equal(values);
    }

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("it's", "'it''s'")]
    [InlineData("a\u2019b", "'a\u2019\u2019b'")]
    [InlineData("$env:HOME `n", "'$env:HOME `n'")]
    public void powershell_doubles_what_ends_a_string(string value, string quoted) => ShellQuoting.PowerShell(value).Should().Be(quoted);

    [Theory]
    [InlineData("/usr/local/bin/latchkey", false, "/usr/local/bin/latchkey token")]
    [InlineData("/home/o'neil/my bin/latchkey", false, "'/home/o'\\''neil/my bin/latchkey' token")]
    [InlineData(@"C:\Program Files\Latchkey\latchkey.exe", true, @"""C:\Program Files\Latchkey\latchkey.exe"" token")]
    public void a_helper_command_holds_its_path_together(string program, bool windows, string command) =>
        ShellQuoting.HelperCommand(program, "token", windows).Should().Be(command);
}
