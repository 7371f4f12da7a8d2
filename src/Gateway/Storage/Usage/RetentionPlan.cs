namespace Latchkey.Gateway.Storage.Usage;

/// <summary>What may be deleted now: everything before these instants, each the start of a day; null: nothing.</summary>
internal sealed record RetentionPlan(DateTimeOffset? Rows, DateTimeOffset? Sums, DateTimeOffset? Events)
{
    public static RetentionPlan At(DateTimeOffset now, RetentionOptions options)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        DateTimeOffset? Before(int days) => days == 0 ? null : today.AddDays(-days);
        var rows = Before(options.RowDays);
        DateTimeOffset? sums = options.SumMonths == 0 || rows is null ? null : today.AddMonths(-options.SumMonths);

        // Sums answer for rows: without them, what rows are still there would be missing in every total.
        return new RetentionPlan(rows, sums > rows ? rows : sums, Before(options.EventDays));
    }
}
