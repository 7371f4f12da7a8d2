using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Tests.Storage;

public class RetentionPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 14, 15, TimeSpan.FromHours(2));

    [Fact]
    public void by_default_rows_go_after_90_days_sums_after_25_months_events_after_30_days() =>
        RetentionPlan.At(Now, new RetentionOptions()).Should().Be(new RetentionPlan(Midnight(2026, 8, 24), Midnight(2024, 10, 22), Midnight(2026, 10, 23)));

    [Fact]
    public void sums_outlive_their_rows() =>
        RetentionPlan.At(Now, new RetentionOptions { RowDays = 365, SumMonths = 1 }).Sums.Should().Be(Midnight(2025, 11, 22));

    [Fact]
    public void zero_is_for_ever()
    {
        RetentionPlan.At(Now, new RetentionOptions { RowDays = 0, EventDays = 0 }).Should().Be(new RetentionPlan(null, null, null));
        RetentionPlan.At(Now, new RetentionOptions { SumMonths = 0 }).Sums.Should().BeNull();
    }

    private static DateTimeOffset Midnight(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
