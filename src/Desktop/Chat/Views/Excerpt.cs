namespace Latchkey.Desktop.Chat.Views;

/// <summary>The part of a text that a search is about.</summary>
internal static class Excerpt
{
    private const int Before = 40;
    private const int After = 120;

    /// <summary>One line around the first place that has it.</summary>
    public static string Around(string text, string part)
    {
        var at = Math.Max(0, text.IndexOf(part, StringComparison.OrdinalIgnoreCase));
        var first = at <= Before ? 0 : at - Before;
        var last = Math.Min(text.Length, at + part.Length + After);
        // Not in the middle of a character.
        if (first > 0 && char.IsLowSurrogate(text[first]))
        {
            first++;
        }

        if (last < text.Length && char.IsLowSurrogate(text[last]))
        {
            last--;
        }

        var line = string.Join(' ', text[first..last].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"{(first > 0 ? "…" : "")}{line}{(last < text.Length ? "…" : "")}";
    }

    /// <summary>The text in pieces, those that were searched for marked.</summary>
    public static IEnumerable<(string Part, bool IsHit)> Split(string text, string part)
    {
        var from = 0;
        if (part.Length > 0)
        {
            for (var at = Find(0); at >= 0; at = Find(from))
            {
                if (at > from)
                {
                    yield return (text[from..at], false);
                }

                yield return (text[at..(at + part.Length)], true);
                from = at + part.Length;
            }
        }

        if (from < text.Length)
        {
            yield return (text[from..], false);
        }

        int Find(int start) => text.IndexOf(part, start, StringComparison.OrdinalIgnoreCase);
    }
}
