using CsCheck;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Tests.Run;

public class HelperIntervalTests
{
    private static readonly TimeSpan AnHour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(24 * 3600, 300_000)]
    [InlineData(3600, 300_000)]
    [InlineData(600, 240_000)]
    [InlineData(60, 24_000)]
    [InlineData(8, 3_200)]
    [InlineData(2, 1_000)]
    public void a_helper_is_asked_again_before_what_it_printed_can_be_over(int lifetimeSeconds, long milliseconds) =>
        HelperInterval.Milliseconds(TimeSpan.FromSeconds(lifetimeSeconds), AnHour).Should().Be(milliseconds);

    [Fact]
    public void an_unknown_lifetime_means_claude_codes_own_default() => HelperInterval.Milliseconds(null, AnHour).Should().Be(300_000);

    [Fact]
    public void no_lifetime_from_three_seconds_on_lets_a_printed_token_die() => Gen.Int[3, 30 * 24 * 3600].Sample(seconds =>
    {
        var lifetime = TimeSpan.FromSeconds(seconds);
        var leastLeft = Math.Min(AnHour.TotalMilliseconds, lifetime.TotalMilliseconds / 2);

        return HelperInterval.Milliseconds(lifetime, AnHour) is >= 1_000 and <= 300_000 and var interval && interval < leastLeft;
    });
}
