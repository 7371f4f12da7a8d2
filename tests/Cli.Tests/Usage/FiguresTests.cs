using System.Globalization;
using Latchkey.Cli.Usage;

namespace Latchkey.Cli.Tests.Usage;

public class FiguresTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1_234_567, "1 234 567")]
    public void counts_are_grouped(long number, string text) => Figures.Count(number).Should().Be(text);

    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("0.0000147", "$0.0000147")]
    [InlineData("0.01", "$0.01")]
    [InlineData("1234.567", "$1 234.57")]
    [InlineData("-0.5", "-$0.50")]
    public void an_amount_never_looks_like_nothing_when_it_is_something(string amount, string text) =>
        Figures.Dollars(decimal.Parse(amount, CultureInfo.InvariantCulture)).Should().Be(text);
}
