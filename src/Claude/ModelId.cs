namespace Latchkey.Claude;

/// <summary>Names of models: which ones mean the same, and which ones an allow-list entry covers.</summary>
public static class ModelId
{
    /// <summary>Claude Code's mark for the long context; it is no part of the id.</summary>
    private const string LongContext = "[1m]";

    /// <summary>The name to look a model up by, in price lists and counters: lower case, without <c>[1m]</c> and a trailing <c>-YYYYMMDD</c>.</summary>
    public static string Normalize(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Undated(Bare(model)).ToString().ToLowerInvariant();
    }

    /// <summary>
    /// Does an allow-list entry cover the model? Upper and lower case, <c>[1m]</c> and blanks around make no difference.
    /// <list type="bullet">
    /// <item><c>claude-sonnet-4-5</c>, an alias, covers itself and each dated version (<c>claude-sonnet-4-5-20250929</c>), not <c>claude-sonnet-4-5-turbo</c>.</item>
    /// <item><c>claude-sonnet-4-5-20250929</c>, a dated entry, covers that version only: whoever pins a version doesn't mean the alias, which moves.</item>
    /// <item><c>claude-*</c> covers what begins like it, <c>*</c> everything. A star elsewhere is an ordinary character, so it covers nothing.</item>
    /// </list>
    /// </summary>
    public static bool Matches(string pattern, string model)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(model);
        var entry = Bare(pattern);
        var id = Bare(model);
        if (entry.IsEmpty)
        {
            return false;
        }
        if (entry[^1] == '*')
        {
            return id.StartsWith(entry[..^1], StringComparison.OrdinalIgnoreCase);
        }
        return id.Equals(entry, StringComparison.OrdinalIgnoreCase)
            || Undated(id).Equals(entry, StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> model)
    {
        model = model.Trim();
        while (model.EndsWith(LongContext, StringComparison.OrdinalIgnoreCase))
        {
            model = model[..^LongContext.Length].TrimEnd();
        }
        return model;
    }

    private static ReadOnlySpan<char> Undated(ReadOnlySpan<char> model)
    {
        const int dashAndDate = 9;
        return model.Length > dashAndDate && model[^dashAndDate] == '-' && IsDate(model[^(dashAndDate - 1)..]) ? model[..^dashAndDate] : model;
    }

    /// <summary>Eight digits that can be a day of this century: other numbers belong to the name.</summary>
    private static bool IsDate(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExceptInRange('0', '9')
        && text.StartsWith("20", StringComparison.Ordinal)
        && int.Parse(text[4..6], provider: null) is >= 1 and <= 12
        && int.Parse(text[6..], provider: null) is >= 1 and <= 31;
}
