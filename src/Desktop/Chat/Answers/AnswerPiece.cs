namespace Latchkey.Desktop.Chat.Answers;

/// <summary>What a stream brings, one after the other: it begins, brings text, and says why it ended.</summary>
internal abstract record AnswerPiece
{
    private AnswerPiece() { }

    /// <param name="Model">The model that answers, by its full id.</param>
    /// <param name="InputTokens">Tokens of all that was sent, cached ones included.</param>
    public sealed record Began(string Model, long InputTokens) : AnswerPiece;

    /// <summary>Something comes that isn't text, such as thoughts.</summary>
    public sealed record Thinking : AnswerPiece;

    /// <param name="Piece">The next characters.</param>
    public sealed record Text(string Piece) : AnswerPiece;

    /// <param name="Reason">Anthropic's <c>stop_reason</c>; null when it didn't say.</param>
    /// <param name="OutputTokens">Tokens of the answer.</param>
    public sealed record Ended(string? Reason, long OutputTokens) : AnswerPiece;
}
