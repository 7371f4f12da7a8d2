using Latchkey.Desktop.Chat.Conversations;

namespace Latchkey.Desktop.Chat.Views;

/// <summary>What a screen reader says of an answer that has ended.</summary>
internal static class Announcement
{
    private const int Longest = 600;

    public static string Of(Message answer) => answer.State switch
    {
        MessageState.Stopped => "The answer was stopped.",
        MessageState.Failed => $"The answer failed. {answer.Trouble?.What} {answer.Trouble?.Advice}".TrimEnd(),
        _ when answer.StopReason == "refusal" => "Claude declined to answer.",
        _ => $"Claude has answered. {(answer.Text.Length > Longest ? answer.Text[..Longest] + "…" : answer.Text)}",
    };
}
