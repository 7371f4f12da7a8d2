using Latchkey.Gateway.Admin.Usage;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>Sums that are kept ready.</summary>
internal enum RollUp
{
    /// <summary>By hour, organisation, model and key.</summary>
    Hour,

    /// <summary>By day, device, user, organisation and model.</summary>
    Day,
}

/// <summary>From an instant to another that is outside, in microseconds since 1970; null: without end.</summary>
internal readonly record struct Period(long? From, long? To);

/// <summary>
/// Where the sums of a question are read: whole hours or days from the roll-up that knows all its dimensions, the ragged edges
/// from rows; everything from rows when none does.
/// </summary>
/// <param name="Source">Read for <paramref name="Whole"/>; null: only rows are read.</param>
/// <param name="Whole">Whole hours or days.</param>
/// <param name="Rows">What is read from rows; none of it twice.</param>
/// <param name="From">The first instant that the sums have; null: they have all there ever was.</param>
internal sealed record UsagePlan(RollUp? Source, Period Whole, IReadOnlyList<Period> Rows, long? From)
{
    private static readonly UsageDimension[] OfHour = [UsageDimension.Organization, UsageDimension.Model, UsageDimension.Key, UsageDimension.Hour, UsageDimension.Day];
    private static readonly UsageDimension[] OfDay = [UsageDimension.Device, UsageDimension.User, UsageDimension.Organization, UsageDimension.Model, UsageDimension.Day];

    /// <summary>The hours first: they have the finer edges.</summary>
    /// <param name="dimensions">All that the question groups or filters by.</param>
    /// <returns>The roll-up that knows them, or null: only rows do.</returns>
    public static RollUp? RollUpFor(IReadOnlyCollection<UsageDimension> dimensions) =>
        dimensions.All(d => OfHour.Contains(d)) ? RollUp.Hour
        : dimensions.All(d => OfDay.Contains(d)) ? RollUp.Day
        : null;

    /// <summary>The plan, or why the books don't go back far enough for an exact answer.</summary>
    /// <param name="rollUp">The roll-up that knows everything that is asked, or null.</param>
    /// <param name="from">First instant; null: as far back as the books go.</param>
    /// <param name="to">First instant that is too late, after <paramref name="from"/>; null: to the last.</param>
    /// <param name="kept">How far back they go.</param>
    public static Answer<UsagePlan> For(RollUp? rollUp, DateTimeOffset? from, DateTimeOffset? to, Kept kept)
    {
        long? start = from is { } f ? Math.Max(0, Instants.Of(f)) : null;
        long? end = to is { } t ? Math.Max(0, Instants.Of(t)) : null;
        var books = rollUp is null ? kept.Rows : kept.Sums;
        var what = rollUp is null ? "rows" : "sums";
        if (start < books)
        {
            return new UsageProblem("from", $"{what} before {Text(books)} are no longer kept.");
        }

        if (start is null && end <= books && books > 0)
        {
            return new UsageProblem("to", $"{what} before {Text(books)} are no longer kept.");
        }

        var since = start ?? (books > 0 ? books : null);
        if (rollUp is not { } sums)
        {
            return new UsagePlan(null, default, [new Period(since, end)], since);
        }

        var unit = UnitOf(sums);
        var whole = new Period(since is { } s ? (s + unit - 1) / unit * unit : null, end / unit * unit);
        List<Period> rows = whole.From >= whole.To || end < unit
            ? [new Period(since, end)]
            : [new Period(since, whole.From), new Period(whole.To, end)];
        rows.RemoveAll(r => r.From is not null && r.From == r.To || r is { From: null, To: null });
        foreach (var edge in rows)
        {
            if ((edge.From ?? 0) < kept.Rows)
            {
                var ragged = edge.From == since && since % unit != 0 ? "from" : "to";
                return new UsageProblem(ragged, $"rows before {Text(kept.Rows)} are no longer kept, so that earlier than that it must be the start of a whole {NameOf(sums)} (UTC).");
            }
        }

        return new UsagePlan(rows is [var all] && all == new Period(since, end) ? null : sums, whole, rows, since);
    }

    public static long UnitOf(RollUp rollUp) => rollUp is RollUp.Hour ? Instants.PerHour : Instants.PerDay;

    private static string NameOf(RollUp rollUp) => rollUp is RollUp.Hour ? "hour" : "day";

    private static string Text(long instant) => ProtocolJson.Instant(Instants.From(instant));
}
