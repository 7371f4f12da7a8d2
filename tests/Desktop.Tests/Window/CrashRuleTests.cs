using Latchkey.Desktop.Window;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Desktop.Tests.Window;

public class CrashRuleTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void the_first_crash_is_followed_by_a_reload() =>
        new CrashRule(_clock).Reloads().Should().BeTrue();

    [Fact]
    public void a_second_one_within_a_minute_is_not()
    {
        var rule = new CrashRule(_clock);
        rule.Reloads();
        _clock.Advance(CrashRule.Quiet - TimeSpan.FromSeconds(1));

        rule.Reloads().Should().BeFalse();
    }

    [Fact]
    public void one_after_a_quiet_minute_is()
    {
        var rule = new CrashRule(_clock);
        rule.Reloads();
        _clock.Advance(CrashRule.Quiet);

        rule.Reloads().Should().BeTrue();
    }
}
