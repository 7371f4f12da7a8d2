using Latchkey.Cli.Output;

namespace Latchkey.Cli.Tests.Output;

public class TerminalTests
{
    [Theory]
    [InlineData(null, "xterm-256color", true)]
    [InlineData("", "xterm-256color", true)]
    [InlineData("1", "xterm-256color", false)]
    [InlineData(null, "dumb", false)]
    [InlineData(null, null, true)]
    public void colours_are_the_persons_choice(string? noColor, string? term, bool colors) =>
        Terminal.MayColor(name => name == "NO_COLOR" ? noColor : name == "TERM" ? term : null).Should().Be(colors);

    [Fact]
    public void without_colours_text_is_text()
    {
        var plain = new Terminal { Output = new StringWriter(), Error = new StringWriter() };
        var colored = new Terminal { Output = new StringWriter(), Error = new StringWriter(), Colors = true };

        plain.Red("no").Should().Be("no");
        colored.Red("no").Should().Be("\e[31mno\e[0m");
    }

    [Fact]
    public void remarks_are_for_people_only()
    {
        var error = new StringWriter();
        new Terminal { Output = new StringWriter(), Error = error }.Note("remark");
        error.ToString().Should().BeEmpty();

        new Terminal { Output = new StringWriter(), Error = error, ErrorIsTerminal = true }.Note("remark");
        error.ToString().Should().Be("latchkey: remark\n");
    }
}
