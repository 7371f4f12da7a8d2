using Latchkey.Desktop.Chat.Conversations;

namespace Latchkey.Desktop.Chat.Answers;

/// <summary>What Claude is asked.</summary>
/// <param name="Model">An id or alias.</param>
/// <param name="MaxTokens">The longest answer, in tokens.</param>
/// <param name="System">The person's standing instructions; null for none.</param>
/// <param name="Turns">The conversation so far, oldest first; the last one is the question.</param>
internal sealed record AnswerRequest(string Model, long MaxTokens, string? System, IReadOnlyList<Turn> Turns)
{
    /// <summary>
    /// What was said, as far as it is worth sending: an answer of which nothing came is left out, one that was cut short counts as far as
    /// it came.
    /// </summary>
    public static IReadOnlyList<Turn> TurnsOf(IEnumerable<Message> messages) =>
    [
        .. messages.Where(m => !string.IsNullOrWhiteSpace(m.Text)).Select(m => new Turn(m.Speaker, m.Text)),
    ];
}

/// <summary>One thing that was said.</summary>
internal sealed record Turn(Speaker Speaker, string Text);
