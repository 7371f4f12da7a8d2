using Latchkey.Cli.Token;

namespace Latchkey.Cli.Tests.Token;

public class TokenArgumentsTests
{
    [Fact]
    public void its_options_are_read_without_the_parser()
    {
        TokenArguments.Read([]).Should().Be(new TokenArguments(Json: false, AllowDirect: false, Helper: false));
        TokenArguments.Read(["--helper", "--json", "--allow-direct"]).Should().Be(new TokenArguments(Json: true, AllowDirect: true, Helper: true));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--jsn")]
    [InlineData("more")]
    public void anything_else_is_left_to_the_parser(string argument) => TokenArguments.Read(["--json", argument]).Should().BeNull();
}
