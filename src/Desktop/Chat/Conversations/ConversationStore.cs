using Latchkey.Desktop.Chat.Answers;
using Latchkey.Desktop.Storage;
using Microsoft.Data.Sqlite;

namespace Latchkey.Desktop.Chat.Conversations;

/// <summary>Conversations in the app's file. Says nothing to nobody: <see cref="ConversationBook"/> does.</summary>
internal sealed class ConversationStore(DesktopDatabase database)
{
    private const string ConversationColumns = "id, title, created_at, updated_at, model";

    private const string MessageColumns =
        "id, conversation_id, speaker, text, state, model, stop_reason, input_tokens, output_tokens, trouble, created_at";

    /// <summary>Latest first, without those that the person deleted.</summary>
    public IReadOnlyList<Conversation> List() => database.Use(c => c.Query(
        ReadConversation, $"SELECT {ConversationColumns} FROM conversation WHERE deleted_at IS NULL ORDER BY updated_at DESC, id DESC"));

    public Conversation? Find(long id) => database.Use(c => c.Query(
        ReadConversation,
        $"SELECT {ConversationColumns} FROM conversation WHERE id = $id AND deleted_at IS NULL",
        ("$id", id))).FirstOrDefault();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Message> Messages(long conversationId) => database.Use(c => c.Query(
        ReadMessage, $"SELECT {MessageColumns} FROM message WHERE conversation_id = $id ORDER BY id", ("$id", conversationId)));

    public Message? FindMessage(long id) => database.Use(c => c.Query(
        ReadMessage, $"SELECT {MessageColumns} FROM message WHERE id = $id", ("$id", id))).FirstOrDefault();

    public Conversation Create(string title, string? model, DateTimeOffset now) => database.Use(c => c.Query(
        ReadConversation,
        $"""
        INSERT INTO conversation (title, created_at, updated_at, model) VALUES ($title, $now, $now, $model)
        RETURNING {ConversationColumns}
        """,
        ("$title", title), ("$now", now.Microseconds()), ("$model", model)))[0];

    public void Rename(long id, string title) =>
        database.Use(c => c.Execute("UPDATE conversation SET title = $title WHERE id = $id", ("$id", id), ("$title", title)));

    public void SetModel(long id, string? model) =>
        database.Use(c => c.Execute("UPDATE conversation SET model = $model WHERE id = $id", ("$id", id), ("$model", model)));

    /// <summary>What the person has typed and not sent.</summary>
    public string Draft(long id) => database.Use(c => c.Scalar<string>("SELECT draft FROM conversation WHERE id = $id", ("$id", id))) ?? "";

    public void KeepDraft(long id, string draft) =>
        database.Use(c => c.Execute("UPDATE conversation SET draft = $draft WHERE id = $id", ("$id", id), ("$draft", draft)));

    /// <summary>Puts it aside (a time) or back (null).</summary>
    public void SetDeleted(long id, DateTimeOffset? at) =>
        database.Use(c => c.Execute("UPDATE conversation SET deleted_at = $at WHERE id = $id", ("$id", id), ("$at", at?.Microseconds())));

    /// <summary>Removes for good what was deleted at or before this.</summary>
    public void Purge(DateTimeOffset until) =>
        database.Use(c => c.Execute("DELETE FROM conversation WHERE deleted_at <= $until", ("$until", until.Microseconds())));

    /// <summary>Puts a message at the conversation's end.</summary>
    public Message Add(long conversationId, Speaker speaker, string text, MessageState state, string? model, DateTimeOffset now) =>
        database.Change(c =>
        {
            c.Execute("UPDATE conversation SET updated_at = $now WHERE id = $id", ("$id", conversationId), ("$now", now.Microseconds()));
            return c.Query(
                ReadMessage,
                $"""
                INSERT INTO message (conversation_id, speaker, text, state, model, created_at)
                VALUES ($conversation, $speaker, $text, $state, $model, $now) RETURNING {MessageColumns}
                """,
                ("$conversation", conversationId), ("$speaker", NameOf(speaker)), ("$text", text), ("$state", NameOf(state)),
                ("$model", model), ("$now", now.Microseconds()))[0];
        });

    /// <summary>Writes an answer as it stands.</summary>
    public void Save(Message answer) => database.Use(c => c.Execute(
        """
        UPDATE message SET text = $text, state = $state, model = $model, stop_reason = $stop_reason, input_tokens = $input_tokens,
          output_tokens = $output_tokens, trouble = $trouble WHERE id = $id
        """,
        ("$id", answer.Id), ("$text", answer.Text), ("$state", NameOf(answer.State)), ("$model", answer.Model),
        ("$stop_reason", answer.StopReason), ("$input_tokens", answer.InputTokens), ("$output_tokens", answer.OutputTokens),
        ("$trouble", answer.Trouble?.ToJson())));

    public void SetText(long messageId, string text) =>
        database.Use(c => c.Execute("UPDATE message SET text = $text WHERE id = $id", ("$id", messageId), ("$text", text)));

    /// <summary>Removes this message's successors, and itself too if so wanted.</summary>
    public void CutAfter(long conversationId, long messageId, bool itselfToo) => database.Use(c => c.Execute(
        "DELETE FROM message WHERE conversation_id = $conversation AND id >= $first",
        ("$conversation", conversationId), ("$first", itselfToo ? messageId : messageId + 1)));

    /// <summary>Answers that an earlier run of the app never finished.</summary>
    public int MarkInterrupted() => database.Use(c => c.Execute("UPDATE message SET state = 'interrupted' WHERE state = 'writing'"));

    /// <summary>
    /// Conversations whose title or messages have this text, whatever its case; latest first, each with the latest message that has it.
    /// </summary>
    public IReadOnlyList<Found> Search(string text, int most) => database.Use(c => c.Query(
        reader => new Found(ReadConversation(reader), reader.TextOrNull(5)),
        $"""
        SELECT {ConversationColumns},
          (SELECT text FROM message WHERE conversation_id = conversation.id AND holds(text, $text) ORDER BY id DESC LIMIT 1) AS hit
        FROM conversation WHERE deleted_at IS NULL AND (holds(title, $text) OR hit IS NOT NULL)
        ORDER BY updated_at DESC, id DESC LIMIT $most
        """,
        ("$text", text), ("$most", most)));

    private static Conversation ReadConversation(SqliteDataReader reader) =>
        new(reader.GetInt64(0), reader.GetString(1), reader.Instant(2), reader.Instant(3), reader.TextOrNull(4));

    private static Message ReadMessage(SqliteDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        ConversationId = reader.GetInt64(1),
        Speaker = reader.GetString(2) == NameOf(Speaker.Person) ? Speaker.Person : Speaker.Claude,
        Text = reader.GetString(3),
        State = Enum.Parse<MessageState>(reader.GetString(4), ignoreCase: true),
        Model = reader.TextOrNull(5),
        StopReason = reader.TextOrNull(6),
        InputTokens = reader.NumberOrNull(7),
        OutputTokens = reader.NumberOrNull(8),
        Trouble = reader.TextOrNull(9) is { } json ? Trouble.FromJson(json) : null,
        CreatedAt = reader.Instant(10),
    };

    private static string NameOf(Speaker speaker) => speaker == Speaker.Person ? "person" : "claude";

    private static string NameOf(MessageState state) => state switch
    {
        MessageState.Complete => "complete",
        MessageState.Writing => "writing",
        MessageState.Stopped => "stopped",
        MessageState.Failed => "failed",
        MessageState.Interrupted => "interrupted",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}

/// <summary>A conversation that a search found.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Text">The latest message with the text; null when only the title has it.</param>
public sealed record Found(Conversation Conversation, string? Text);
