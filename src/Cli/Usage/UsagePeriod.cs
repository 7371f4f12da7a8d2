namespace Latchkey.Cli.Usage;

/// <summary>Since when usage is told. Days begin in UTC, as the gateway's books have them; weeks on Monday.</summary>
internal static class UsagePeriod
{
    public static readonly string[] Names = ["day", "week", "month", "year", "all"];

    /// <summary>The period's first instant; null: as far back as the books go.</summary>
    public static DateTimeOffset? Begin(string name, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return name switch
        {
            "day" => today,
            "week" => today.AddDays(-(((int)today.DayOfWeek + 6) % 7)),
            "month" => today.AddDays(1 - today.Day),
            "year" => today.AddDays(1 - today.DayOfYear),
            _ => null,
        };
    }

    public static string Words(string name) => name switch
    {
        "day" => "today (UTC)",
        "all" => "as far back as the books go",
        _ => $"this {name} (UTC)",
    };
}
