namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>A stretch of time in which what was spent counts together.</summary>
/// <param name="Start">First instant.</param>
/// <param name="End">First instant that is too late; null when there is none.</param>
internal readonly record struct BudgetWindow(DateTimeOffset Start, DateTimeOffset? End)
{
    /// <summary>The budget's window at an instant. Of a rolling period: the hour, which counts until <see cref="Budget.RollingHours"/> after its end.</summary>
    public static BudgetWindow At(Budget budget, DateTimeOffset instant)
    {
        switch (budget.Period)
        {
            case BudgetPeriod.Total:
                return new BudgetWindow(DateTimeOffset.UnixEpoch, null);
            case BudgetPeriod.Rolling:
                var hour = HourOf(instant);
                return new BudgetWindow(hour, hour.AddHours(1));
        }

        var today = TimeZoneInfo.ConvertTime(instant, budget.TimeZone).Date;
        var (first, next) = budget.Period switch
        {
            BudgetPeriod.Day => (today, today.AddDays(1)),
            BudgetPeriod.Week => (MondayOf(today), MondayOf(today).AddDays(7)),
            BudgetPeriod.Month => (FirstOf(today), FirstOf(today).AddMonths(1)),
            _ => throw new InvalidOperationException($"Unknown period {budget.Period}."),
        };
        return new BudgetWindow(Begin(first, budget.TimeZone), Begin(next, budget.TimeZone));
    }

    /// <summary>The first hour that still counts in a rolling period at an instant: a cost counts for at least the period, and for less than an hour more.</summary>
    public static DateTimeOffset FirstHourOf(Budget budget, DateTimeOffset instant) => HourOf(instant).AddHours(-budget.RollingHours);

    /// <summary>All that counts together with a call at an instant: the window, or the hours of a rolling period.</summary>
    public static (DateTimeOffset From, DateTimeOffset? To) StretchOf(Budget budget, DateTimeOffset instant)
    {
        if (budget.Period is BudgetPeriod.Rolling)
        {
            return (FirstHourOf(budget, instant), null);
        }

        var window = At(budget, instant);
        return (window.Start, window.End);
    }

    private static DateTimeOffset HourOf(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    private static DateTime MondayOf(DateTime day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    private static DateTime FirstOf(DateTime day) => new(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>When the day begins there; where clocks are put forward at midnight, it begins at one.</summary>
    private static DateTimeOffset Begin(DateTime day, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(day))
        {
            day = day.AddMinutes(15);
        }

        // Where clocks are put back at midnight, a day has two beginnings: the first.
        var offset = zone.IsAmbiguousTime(day) ? zone.GetAmbiguousTimeOffsets(day).Max() : zone.GetUtcOffset(day);
        return new DateTimeOffset(day, offset).ToUniversalTime();
    }
}
