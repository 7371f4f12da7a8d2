using CsCheck;
using Latchkey.Client.Tokens;

namespace Latchkey.Client.Tests.Tokens;

public class RenewalRuleTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(24, 0, 23)]
    [InlineData(24, 1, 22.9)]
    [InlineData(2, 0, 1)]
    [InlineData(1, 0, 0.5)]
    [InlineData(1, 1, 0.45)]
    public void a_token_is_due_with_an_hour_or_half_of_a_shorter_life_left(double hours, double chance, double due) =>
        RenewalRule.RenewAfter(TimeSpan.FromHours(hours), Hour, chance).Should().BeCloseTo(TimeSpan.FromHours(due), TimeSpan.FromMilliseconds(1));

    [Fact]
    public void whatever_its_life_a_token_is_neither_due_at_once_nor_after_its_end() =>
        Gen.Select(Gen.Double[2, 1e6], Gen.Double[1, 1e5], Gen.Double[0, 1]).Sample((seconds, before, chance) =>
        {
            var lifetime = TimeSpan.FromSeconds(seconds);
            var due = RenewalRule.RenewAfter(lifetime, TimeSpan.FromSeconds(before), chance);
            due.Should().BeGreaterThanOrEqualTo(lifetime * 0.449);
            (lifetime - due).Should().BeGreaterThanOrEqualTo(RenewalRule.LeastLeft(lifetime, TimeSpan.FromSeconds(before)));
        });
}
