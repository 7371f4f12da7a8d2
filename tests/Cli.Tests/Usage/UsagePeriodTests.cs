using Latchkey.Cli.Usage;

namespace Latchkey.Cli.Tests.Usage;

public class UsagePeriodTests
{
    [Theory]
    [InlineData("day", "2026-11-25T22:30:00Z", "2026-11-25")]
    [InlineData("week", "2026-11-25T22:30:00Z", "2026-11-23")]
    [InlineData("week", "2026-11-23T00:00:00Z", "2026-11-23")]
    [InlineData("week", "2026-11-29T23:59:59Z", "2026-11-23")]
    [InlineData("month", "2026-11-01T00:00:00Z", "2026-11-01")]
    [InlineData("month", "2026-11-25T22:30:00Z", "2026-11-01")]
    [InlineData("year", "2026-11-25T22:30:00Z", "2026-01-01")]
    [InlineData("day", "2026-11-26T01:30:00+02:00", "2026-11-25")]
    public void a_period_begins_at_midnight_utc(string period, string now, string begin) =>
        UsagePeriod.Begin(period, Instant(now)).Should().Be(Instant(begin + "T00:00:00Z"));

    [Fact]
    public void all_has_no_beginning() => UsagePeriod.Begin("all", Instant("2026-11-25T22:30:00Z")).Should().BeNull();

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
