namespace Latchkey.Desktop.Chat.Answers;

/// <summary>What is said about answers: never what was asked or answered.</summary>
internal static partial class AnswersLog
{
    [LoggerMessage(1001, LogLevel.Debug, "Answer {Message} by {Model} ended as {State} after {Characters} characters")]
    public static partial void AnswerEnded(this ILogger logger, long message, string? model,
        Conversations.MessageState state, int characters);

    [LoggerMessage(1002, LogLevel.Information, "Answer {Message} is tried again in {Wait}: {Error}")]
    public static partial void AnswerRetried(this ILogger logger, long message, TimeSpan wait, string error);

    [LoggerMessage(1003, LogLevel.Warning, "Answer {Message} failed: {Error}")]
    public static partial void AnswerFailed(this ILogger logger, long message, string error);

    [LoggerMessage(1004, LogLevel.Error, "Answer {Message} can't be kept")]
    public static partial void AnswerNotKept(this ILogger logger, Exception exception, long message);
}
