namespace Latchkey.Desktop.Chat.Models;

/// <summary>A model that the person may pick.</summary>
/// <param name="Id">As calls name it.</param>
/// <param name="Name">As people read it.</param>
/// <param name="LongestAnswer">The <c>max_tokens</c> to ask with.</param>
public sealed record ModelChoice(string Id, string Name, long LongestAnswer)
{
    /// <summary>Long enough for any answer in a conversation, and every current model can.</summary>
    public const long UsualLongestAnswer = 16_384;
}

/// <summary>The models there are at the moment.</summary>
/// <param name="Choices">As Anthropic lists them, newest first; only what the token allows.</param>
/// <param name="IsFallback">True when the list couldn't be had and these are the ones that the app knows itself.</param>
public sealed record ModelList(IReadOnlyList<ModelChoice> Choices, bool IsFallback);
