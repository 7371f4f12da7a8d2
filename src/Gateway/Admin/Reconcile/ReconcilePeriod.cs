using System.Globalization;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>Days in UTC, both counted.</summary>
internal sealed record ReconcilePeriod(DateOnly From, DateOnly To)
{
    private const int MaxDays = 31;
    private const string Form = "yyyy-MM-dd";

    /// <summary>From a query, or what is wrong with it.</summary>
    public static (ReconcilePeriod? Period, string? Problem) Read(IQueryCollection query, DateTimeOffset now)
    {
        if (query.Any(p => p.Key is not ("from" or "to") || p.Value.Count != 1) || !TryDay(query["from"], out var from) || !TryDay(query["to"], out var to))
        {
            return (null, "Say from=YYYY-MM-DD and to=YYYY-MM-DD, days in UTC, each once.");
        }

        return from > to ? (null, "from must not be after to.")
            : to.DayNumber - from.DayNumber >= MaxDays ? (null, $"At most {MaxDays} days at a time.")
            : to > DateOnly.FromDateTime(now.UtcDateTime) ? (null, "to must not lie in the future.")
            : (new ReconcilePeriod(from, to), null);
    }

    public static string Text(DateOnly day) => day.ToString(Form, CultureInfo.InvariantCulture);

    private static bool TryDay(string? text, out DateOnly day) => DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
