using System.Globalization;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Reads a query's parameters and keeps the first thing that is wrong with them.</summary>
internal sealed class UsageParameters
{
    /// <summary>Characters that a value may have; ids and models are far shorter.</summary>
    private const int LongestText = 512;

    private static readonly string[] InstantForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private readonly IQueryCollection _query;

    public UsageParameters(IQueryCollection query, params IReadOnlyList<string> known)
    {
        _query = query;
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                Refuse(name, $"isn't a parameter here; there are {string.Join(", ", known)}.");
            }
            else if (values.Count != 1)
            {
                Refuse(name, "must appear once.");
            }
        }
    }

    /// <summary>The first thing that is wrong, or null.</summary>
    public UsageProblem? Problem { get; private set; }

    public void Refuse(string name, string detail) => Problem ??= new UsageProblem(name, detail);

    /// <summary>The value; null when it is missing or empty.</summary>
    public string? Text(string name)
    {
        var text = _query[name].ToString();
        if (text.Length > LongestText || text.Any(char.IsControl))
        {
            Refuse(name, $"is longer than {LongestText} characters or has control characters.");
        }

        return text.Length == 0 ? null : text;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            return instant;
        }

        Refuse(name, "is an instant in ISO 8601, such as 2026-11-22 or 2026-11-22T13:00:00Z; a + in it is written %2B.");
        return null;
    }

    public int? Number(string name, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, $"is a whole number from {least} to {most}.");
        return null;
    }
}
