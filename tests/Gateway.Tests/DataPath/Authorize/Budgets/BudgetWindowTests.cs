using CsCheck;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;

public class BudgetWindowTests
{
    [Theory]
    [InlineData("Day", "UTC", "2026-11-24T12:00Z", "2026-11-24T00:00Z", "2026-11-25T00:00Z")]
    [InlineData("Week", "UTC", "2026-11-24T12:00Z", "2026-11-23T00:00Z", "2026-11-30T00:00Z")]
    [InlineData("Week", "UTC", "2026-11-23T00:00Z", "2026-11-23T00:00Z", "2026-11-30T00:00Z")]
    [InlineData("Week", "UTC", "2026-11-22T23:59Z", "2026-11-16T00:00Z", "2026-11-23T00:00Z")]
    [InlineData("Month", "UTC", "2026-12-31T23:59Z", "2026-12-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData("Month", "Europe/Berlin", "2026-11-30T23:30Z", "2026-11-30T23:00Z", "2026-12-31T23:00Z")]
    [InlineData("Day", "Asia/Kolkata", "2026-11-24T18:29Z", "2026-11-23T18:30Z", "2026-11-24T18:30Z")]
    public void a_window_is_the_zones_day_week_or_month(string period, string zone, string at, string start, string end)
    {
        var budget = Some.Budget(period: Enum.Parse<BudgetPeriod>(period)) with { TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone) };

        BudgetWindow.At(budget, Instant(at)).Should().Be(new BudgetWindow(Instant(start), Instant(end)));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T12:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25T12:00Z", 25)]
    [InlineData("Africa/Cairo", "2026-04-24T12:00Z", 23)]
    [InlineData("Africa/Cairo", "2026-10-29T12:00Z", 25)]
    public void a_day_on_which_clocks_change_is_shorter_or_longer(string zone, string at, int hours)
    {
        var window = BudgetWindow.At(Some.Budget(period: BudgetPeriod.Day) with { TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone) }, Instant(at));

        (window.End - window.Start).Should().Be(TimeSpan.FromHours(hours));
    }

    [Fact]
    public void every_instant_is_in_exactly_one_window_and_windows_follow_each_other() => Gen.Select(
        Gen.OneOf([BudgetPeriod.Day, BudgetPeriod.Week, BudgetPeriod.Month]),
        Gen.OneOf(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Africa/Cairo", "America/Sao_Paulo", "Australia/Lord_Howe"]),
        Gen.Long[0, 20L * 366 * 86400]).Sample((period, zone, seconds) =>
    {
        var budget = Some.Budget(period: period) with { TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone) };
        var at = new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds);

        var window = BudgetWindow.At(budget, at);

        return window.Start <= at && at < window.End
            && BudgetWindow.At(budget, window.Start) == window
            && BudgetWindow.At(budget, window.End.Value).Start == window.End
            && BudgetWindow.At(budget, window.Start.AddTicks(-1)).End == window.Start;
    });

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal);
}
