using Latchkey.Cli.Run;

namespace Latchkey.Cli.Tests.Run;

public class RunArgumentsTests
{
    [Theory]
    [InlineData("-- make --fresh", false, "make --fresh")]
    [InlineData("--fresh -- make", true, "make")]
    [InlineData("make --fresh -- -j", false, "make --fresh -- -j")]
    [InlineData("-- --odd name", false, "--odd name")]
    public void what_follows_the_command_is_the_commands(string line, bool fresh, string command)
    {
        var read = RunArguments.Read(line.Split(' '))!;

        read.Fresh.Should().Be(fresh);
        string.Join(' ', read.Command).Should().Be(command);
    }

    [Theory]
    [InlineData("--")]
    [InlineData("--fresh")]
    [InlineData("--help")]
    [InlineData("--frsh -- make")]
    public void without_a_command_or_with_an_unknown_option_the_parser_explains(string line) => RunArguments.Read(line.Split(' ')).Should().BeNull();
}
