using System.Globalization;
using System.Text;
using Latchkey.Simulator.Calls;

namespace Latchkey.Simulator.Reports;

/// <summary>The buckets of time that one page of a report has.</summary>
/// <param name="Start">Where the first one begins.</param>
/// <param name="Width">How long each is.</param>
/// <param name="Count">How many this page has.</param>
/// <param name="NextPage">The token of the page after it; null on the last.</param>
internal sealed record ReportWindow(DateTimeOffset Start, TimeSpan Width, int Count, string? NextPage)
{
    private const string PagePrefix = "page_";

    public DateTimeOffset End => Start + (Count * Width);

    public DateTimeOffset StartOf(int bucket) => Start + (bucket * Width);

    public int BucketOf(DateTimeOffset at) => (int)((at - Start).Ticks / Width.Ticks);

    /// <summary>As the query wants it, or what is wrong with the query.</summary>
    /// <param name="query">The call's query.</param>
    /// <param name="now">The clock.</param>
    /// <param name="daysOnly">The report has no narrower buckets.</param>
    /// <param name="problem">Null unless there is one.</param>
    public static ReportWindow? Read(IQueryCollection query, DateTimeOffset now, bool daysOnly, out Answer? problem)
    {
        problem = null;
        var width = query["bucket_width"].ToString();
        var (length, usual, most) = width switch
        {
            "" or "1d" => (TimeSpan.FromDays(1), 7, 31),
            "1h" when !daysOnly => (TimeSpan.FromHours(1), 24, 168),
            "1m" when !daysOnly => (TimeSpan.FromMinutes(1), 60, 1440),
            _ => default,
        };
        if (most == 0)
        {
            problem = ApiErrors.Invalid($"bucket_width: Input should be {(daysOnly ? "'1d'" : "'1d', '1h' or '1m'")}");
            return null;
        }

        if (!TryInstant(query["starting_at"], out var from) || from is null)
        {
            problem = ApiErrors.Invalid("starting_at: a valid datetime is required");
            return null;
        }

        if (!TryInstant(query["ending_at"], out var to))
        {
            problem = ApiErrors.Invalid("ending_at: Input should be a valid datetime");
            return null;
        }

        var limit = usual;
        if (query.TryGetValue("limit", out var given)
            && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > most))
        {
            problem = ApiErrors.Invalid($"limit: Input should be from 1 to {most}");
            return null;
        }

        // Without an end the running bucket is the last one.
        var end = to is { } told ? Floor(told, length) : Floor(now, length) + length;
        var start = Floor(from.Value, length);
        if (query["page"].ToString() is { Length: > 0 } token)
        {
            if (!TryPage(token, out start))
            {
                problem = ApiErrors.Invalid("page: Invalid page token");
                return null;
            }
        }

        var left = Math.Max(0, (end - start).Ticks / length.Ticks);
        var count = (int)Math.Min(left, limit);
        return new ReportWindow(start, length, count, count < left ? PageOf(start + (count * length)) : null);
    }

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan width) => new(at.UtcTicks - (at.UtcTicks % width.Ticks), TimeSpan.Zero);

    private static string PageOf(DateTimeOffset start) => PagePrefix + Convert.ToBase64String(Encoding.ASCII.GetBytes(start.ToString("O", CultureInfo.InvariantCulture)));

    private static bool TryPage(string token, out DateTimeOffset start)
    {
        start = default;
        Span<byte> text = stackalloc byte[64];
        return token.StartsWith(PagePrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(token[PagePrefix.Length..], text, out var length)
            && DateTimeOffset.TryParseExact(Encoding.ASCII.GetString(text[..length]), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out start);
    }

    private static bool TryInstant(string? text, out DateTimeOffset? instant)
    {
        instant = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
        instant = parsed;
        return read;
    }
}
