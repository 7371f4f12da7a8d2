using System.Globalization;
using Latchkey.Desktop.Usage;

namespace Latchkey.Desktop.Tests.Usage;

public class MoneyTests
{
    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("0.0000294", "under $0.0001")]
    [InlineData("0.0031", "$0.0031")]
    [InlineData("0.01", "$0.01")]
    [InlineData("1234.567", "$1,234.57")]
    public void has_as_many_digits_as_mean_something(string usd, string text) =>
        Money.Of(decimal.Parse(usd, CultureInfo.InvariantCulture)).Should().Be(text);
}
