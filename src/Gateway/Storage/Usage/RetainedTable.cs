namespace Latchkey.Gateway.Storage.Usage;

/// <summary>One table that is deleted from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The columns that name one row.</param>
/// <param name="Time">When the row is of.</param>
/// <param name="Unit">In what that is counted since 1970, in microseconds.</param>
/// <param name="OldestFirst">What an index has in order, from the oldest.</param>
internal sealed record RetainedTable(SqlFragment Name, SqlFragment Key, SqlFragment Time, long Unit, SqlFragment OldestFirst)
{
    public static readonly RetainedTable Rows = new(
        SqlFragment.Constant("usage"), SqlFragment.Constant("request_id, kind"), SqlFragment.Constant("started_at"), 1, SqlFragment.Constant("started_at"));

    public static readonly RetainedTable Hours = new(
        SqlFragment.Constant("usage_hour"), SqlFragment.Constant("hour, org_id, model, key_fingerprint"), SqlFragment.Constant("hour"), Instants.PerHour, SqlFragment.Constant("hour"));

    public static readonly RetainedTable Days = new(
        SqlFragment.Constant("usage_day"), SqlFragment.Constant("day, device_id, user_id, org_id, model"), SqlFragment.Constant("day"), Instants.PerDay, SqlFragment.Constant("day"));

    public static readonly RetainedTable Events = new(
        SqlFragment.Constant("outgoing_event"), SqlFragment.Constant("seq"), SqlFragment.Constant("at"), 1, SqlFragment.Constant("seq"));

    /// <summary>Deletes the oldest rows before an instant, this many at most.</summary>
    public Sql Delete(long before, int limit) => new Sql().Add(
        $"DELETE FROM {Name} WHERE ({Key}) IN (SELECT {Key} FROM {Name} WHERE {Time} < {before / Unit} ORDER BY {OldestFirst} LIMIT {(long)limit})");

    /// <summary>Says that everything before an instant may be gone; never takes that back.</summary>
    public static Sql Announce(string subject, long before) => new Sql().Add($"""
        INSERT INTO retention (subject, gone_before) VALUES ({subject}, {before})
        ON CONFLICT (subject) DO UPDATE SET gone_before = excluded.gone_before WHERE excluded.gone_before > retention.gone_before
        """);

    /// <summary>A line if there is anything before an instant.</summary>
    public Sql Any(long before) => new Sql().Add($"SELECT 1 FROM {Name} WHERE {Time} < {before / Unit} LIMIT 1");
}
