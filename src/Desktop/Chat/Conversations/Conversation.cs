namespace Latchkey.Desktop.Chat.Conversations;

/// <summary>A conversation as the list shows it.</summary>
/// <param name="Id">Its number in the file.</param>
/// <param name="Title">From its first words until the person gives it another.</param>
/// <param name="CreatedAt">When its first question was asked.</param>
/// <param name="UpdatedAt">When something was last said in it.</param>
/// <param name="Model">The model that answers in it; null for the person's default.</param>
public sealed record Conversation(long Id, string Title, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Model);
