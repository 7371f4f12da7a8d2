using System.Runtime.Versioning;
using Latchkey.Desktop.Chat.Answers;
using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Desktop.Tests.Chat.Conversations;

public sealed class ConversationBookTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-desktop-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private DesktopDatabase _database;
    private ConversationStore _store;
    private ConversationBook _book;

    public ConversationBookTests() => (_database, _store, _book) = Open();

    [Fact]
    public void conversations_are_listed_by_what_was_said_last()
    {
        var old = Begin("old");
        var young = Begin("young");

        _time.Advance(TimeSpan.FromMinutes(1));
        _store.Add(old.Id, Speaker.Person, "again", MessageState.Complete, null, _time.GetUtcNow());

        _book.List().Select(c => c.Id).Should().Equal(old.Id, young.Id);
    }

    [Fact]
    public void everything_is_there_after_a_restart()
    {
        var conversation = Begin("Where is it?", "claude-opus-5-5");
        var answer = _store.Add(conversation.Id, Speaker.Claude, "", MessageState.Writing, null, _time.GetUtcNow());
        var kept = answer with
        {
            Text = "Here.",
            State = MessageState.Failed,
            Model = "claude-opus-5-5",
            StopReason = "end_turn",
            InputTokens = 7,
            OutputTokens = 3,
            Trouble = new Trouble("It broke.", "Mend it.", _time.GetUtcNow(), "req_1"),
        };
        _store.Save(kept);
        _store.KeepDraft(conversation.Id, "half a quest");

        Restart();

        _book.Find(conversation.Id).Should().Be(conversation);
        _book.Messages(conversation.Id)[1].Should().Be(kept);
        _store.Draft(conversation.Id).Should().Be("half a quest");
    }

    [Fact]
    public void an_answer_that_a_crash_cut_short_says_so()
    {
        var conversation = Begin("Hello");
        var answer = _store.Add(conversation.Id, Speaker.Claude, "", MessageState.Writing, null, _time.GetUtcNow());
        _store.Save(answer with { Text = "So far" });

        Restart();

        _book.Messages(conversation.Id)[1].Should().Match<Message>(m => m.State == MessageState.Interrupted && m.Text == "So far");
    }

    [Fact]
    public void a_deleted_conversation_can_be_had_back_for_a_while()
    {
        var conversation = Begin("Hello");

        _book.Delete(conversation.Id);
        _book.List().Should().BeEmpty();
        _time.Advance(TimeSpan.FromSeconds(9));

        _book.Restore(conversation.Id).Should().BeTrue();
        _book.Messages(conversation.Id).Should().ContainSingle();
    }

    [Fact]
    public void a_deleted_conversation_is_gone_from_the_disk_then()
    {
        var conversation = Begin("a very peculiar phrase");

        _book.Delete(conversation.Id);
        _time.Advance(TimeSpan.FromSeconds(12));

        _book.Restore(conversation.Id).Should().BeFalse();
        Close();
        File.ReadAllText(Path.Combine(_folder, "desktop.db")).Should().NotContain("a very peculiar phrase");
    }

    [Fact]
    public void a_conversation_deleted_before_a_restart_doesnt_come_back()
    {
        var conversation = Begin("Hello");
        _book.Delete(conversation.Id);

        Restart();

        _book.Restore(conversation.Id).Should().BeFalse();
    }

    [Theory]
    [InlineData("aqueduct", new[] { "On water", "Rome" })]
    [InlineData("AQUEDUCT", new[] { "On water", "Rome" })]
    [InlineData("rome", new[] { "Rome" })]
    [InlineData("größe", new[] { "Rome" })]
    [InlineData("GRÖSSE", new string[0])]
    [InlineData("100%", new[] { "On water" })]
    [InlineData("漢", new[] { "On water" })]
    [InlineData("nothing of it", new string[0])]
    public void titles_and_messages_are_searched_in_any_script_and_case(string text, string[] titles)
    {
        Begin("Rome", said: "Tell me of the aqueducts and their GRÖßE.");
        Begin("Greece", said: "And the temples?");
        Begin("On water", said: "An Aqueduct carries 100% of it. 漢字");

        _book.Search(text, 10).Select(f => f.Conversation.Title).Should().Equal(titles);
    }

    [Fact]
    public void a_question_that_is_asked_otherwise_takes_what_followed_with_it()
    {
        var conversation = Begin("one");
        _store.Add(conversation.Id, Speaker.Claude, "answer one", MessageState.Complete, null, _time.GetUtcNow());
        var other = Begin("elsewhere");

        _store.CutAfter(conversation.Id, _book.Messages(conversation.Id)[0].Id, itselfToo: false);

        _book.Messages(conversation.Id).Select(m => m.Text).Should().Equal("one");
        _book.Messages(other.Id).Should().ContainSingle();
    }

    [Fact]
    public void a_file_of_a_newer_app_is_left_alone()
    {
        _database.Use(c => c.Execute("PRAGMA user_version = 99"));
        Close();

        var opening = () => new DesktopDatabase(_folder);

        opening.Should().Throw<DatabaseUnusableException>().WithMessage("*newer version*");
    }

    [Fact]
    public void a_file_that_is_no_database_is_left_alone()
    {
        Close();
        var path = Path.Combine(_folder, "desktop.db");
        File.WriteAllText(path, new string('x', 5000));

        var opening = () => new DesktopDatabase(_folder);

        opening.Should().Throw<DatabaseUnusableException>().WithMessage($"*{path}*");
        File.ReadAllText(path).Should().StartWith("xxx");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void only_the_person_reads_the_file()
    {
        Begin("Hello");

        Directory.GetFiles(_folder, "desktop.db*")
            .Should().OnlyContain(file => File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    public void Dispose()
    {
        Close();
        Directory.Delete(_folder, recursive: true);
    }

    private Conversation Begin(string title, string? model = null, string? said = null)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var conversation = _store.Create(title, model, _time.GetUtcNow());
        _store.Add(conversation.Id, Speaker.Person, said ?? title, MessageState.Complete, null, _time.GetUtcNow());
        return conversation;
    }

    private void Restart()
    {
        Close();
        (_database, _store, _book) = Open();
    }

    private (DesktopDatabase, ConversationStore, ConversationBook) Open()
    {
        var database = new DesktopDatabase(_folder);
        var store = new ConversationStore(database);
        return (database, store, new ConversationBook(store, _time, tidies: true));
    }

    private void Close()
    {
        try
        {
            _book.Dispose();
        }
        catch (InvalidOperationException)
        {
            // Closed by the test already.
        }

        _database.Dispose();
    }
}
