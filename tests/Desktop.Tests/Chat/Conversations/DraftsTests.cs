using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Desktop.Tests.Chat.Conversations;

public sealed class DraftsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-desktop-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly DesktopDatabase _database;
    private readonly ConversationStore _store;
    private readonly Drafts _drafts;

    public DraftsTests()
    {
        _database = new DesktopDatabase(_folder);
        _store = new ConversationStore(_database);
        _drafts = new Drafts(_database, _store, _time);
    }

    [Fact]
    public void a_draft_is_there_at_once()
    {
        var conversation = _store.Create("one", null, _time.GetUtcNow()).Id;

        _drafts.Keep(conversation, "half");
        _drafts.Keep(null, "next");

        _drafts.Read(conversation).Should().Be("half");
        _drafts.Read(null).Should().Be("next");
    }

    [Fact]
    public void it_is_on_the_disk_a_second_later_even_while_somebody_types_on()
    {
        for (var i = 1; i <= 3; i++)
        {
            _drafts.Keep(null, new string('x', i));
            _time.Advance(TimeSpan.FromSeconds(0.4));
        }

        OnDisk().Should().Be("xxx");
    }

    [Fact]
    public void what_was_typed_last_is_on_the_disk_at_the_end()
    {
        _drafts.Keep(null, "last words");

        _drafts.Dispose();

        OnDisk().Should().Be("last words");
    }

    [Fact]
    public void a_conversation_that_is_gone_meanwhile_takes_its_draft_along()
    {
        _drafts.Keep(4711, "for nobody");

        _time.Advance(TimeSpan.FromSeconds(2));

        _drafts.Read(4711).Should().BeEmpty();
    }

    public void Dispose()
    {
        _drafts.Dispose();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string? OnDisk() => _database.Use(c => c.Scalar<string>("SELECT value FROM preference WHERE name = 'draft'"));
}
