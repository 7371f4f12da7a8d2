using Latchkey.Cli.Output;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Tests.Run;

public class LaunchDepthTests
{
    [Theory]
    [InlineData(null, "1")]
    [InlineData("3", "4")]
    [InlineData("nonsense", "1")]
    public void a_start_within_a_start_is_counted(string? depth, string next) => LaunchDepth.Next(_ => depth).Should().Be(next);

    [Fact]
    public void one_that_never_ends_is_ended()
    {
        var next = () => LaunchDepth.Next(_ => "10");

        next.Should().Throw<CommandException>().Which.Advice.Should().Contain("LATCHKEY_CLAUDE");
    }
}
