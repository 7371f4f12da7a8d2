namespace Latchkey.Desktop.Chat.Answers;

/// <summary>The stream ended, or fell silent, before the answer did.</summary>
internal sealed class AnswerBrokeOffException(string message, Exception? inner = null) : Exception(message, inner);
