namespace Latchkey.Desktop.Chat.Conversations;

/// <summary>What a conversation is called.</summary>
internal static class ConversationTitle
{
    /// <summary>In UTF-16 units, of a title that the person gives.</summary>
    public const int LongestGiven = 120;

    private const int LongestMade = 56;

    /// <summary>The first words of a question: its first line with something in it, cut between two words where that is possible.</summary>
    public static string From(string question)
    {
        var line = question.AsSpan().Trim();
        line = line.IndexOfAny('\r', '\n') is var end and >= 0 ? line[..end] : line;
        var words = string.Join(' ', line.TrimStart("#>*- ").ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
        if (words.Length <= LongestMade)
        {
            return words.Length == 0 ? "New conversation" : words;
        }

        var cut = words.LastIndexOf(' ', LongestMade);
        // Scripts without blanks are cut anywhere but in the middle of a character.
        var last = cut > LongestMade / 2 ? cut : LongestMade - (char.IsHighSurrogate(words[LongestMade - 1]) ? 1 : 0);
        return words[..last].TrimEnd('.', ',', ';', ':') + "…";
    }

    /// <summary>A title as the person typed it, on one line; null when nothing is left.</summary>
    public static string? Given(string typed)
    {
        var line = string.Join(' ', typed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length == 0 ? null : line.Length <= LongestGiven ? line : line[..LongestGiven];
    }
}
