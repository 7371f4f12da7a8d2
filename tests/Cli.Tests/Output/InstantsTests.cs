using Latchkey.Cli.Output;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Cli.Tests.Output;

public class InstantsTests
{
    [Theory]
    [InlineData(8, "8 s")]
    [InlineData(60, "1 min")]
    [InlineData(3599, "59 min 59 s")]
    [InlineData(3600, "1 h")]
    [InlineData(86399, "23 h 59 min")]
    [InlineData(90000, "1 d 1 h")]
    public void a_length_has_its_two_largest_units(int seconds, string text) => Instants.Length(TimeSpan.FromSeconds(seconds)).Should().Be(text);

    [Fact]
    public void an_instant_is_told_in_local_time_and_from_now()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero));
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), "x", "x"));

        Instants.Text(time.GetUtcNow().AddHours(3), time).Should().Be("2026-11-25 14:00 (in 3 h)");
        Instants.Text(time.GetUtcNow().AddMinutes(-5), time).Should().Be("2026-11-25 10:55 (5 min ago)");
    }
}
