using CsCheck;
using Latchkey.Client.Health;

namespace Latchkey.Client.Tests.Health;

public class HealthWatchTests
{
    private static readonly TimeSpan HalfHour = TimeSpan.FromMinutes(30);

    [Fact]
    public void in_use_it_looks_every_four_seconds_and_idle_every_half_hour()
    {
        Next(Trouble.None, sinceUse: TimeSpan.FromSeconds(59)).Should().Be(TimeSpan.FromSeconds(4));
        Next(Trouble.None, sinceUse: TimeSpan.FromSeconds(61)).Should().Be(HalfHour);
    }

    [Fact]
    public void it_looks_when_the_token_is_due_and_never_without_pause()
    {
        Next(Trouble.None, untilDue: TimeSpan.FromMinutes(7)).Should().Be(TimeSpan.FromMinutes(7));
        Next(Trouble.None, untilDue: TimeSpan.Zero).Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void while_the_gateway_is_away_it_looks_often_enough_to_be_back_within_ten_seconds() =>
        Gen.Double[0, 1].Sample(chance => Next(Trouble.Away, chance: chance) <= TimeSpan.FromSeconds(6));

    [Fact]
    public void a_desktop_that_nobody_uses_looks_seldom_after_a_while() =>
        Next(Trouble.Away, inTrouble: TimeSpan.FromMinutes(11), sinceUse: TimeSpan.FromMinutes(11)).Should().Be(TimeSpan.FromMinutes(1));

    [Fact]
    public void a_refusal_is_looked_at_again_once_a_minute() => Next(Trouble.Refused).Should().Be(TimeSpan.FromMinutes(1));

    private static TimeSpan Next(
        Trouble trouble, TimeSpan? inTrouble = null, TimeSpan? sinceUse = null, TimeSpan? untilDue = null, double chance = 0.5) =>
        HealthWatch.Next(trouble, inTrouble ?? TimeSpan.Zero, sinceUse ?? TimeSpan.FromHours(1), untilDue ?? TimeSpan.FromHours(20), HalfHour, chance);
}
