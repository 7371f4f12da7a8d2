using Latchkey.Desktop.Storage;

namespace Latchkey.Desktop.Chat.Conversations;

/// <summary>
/// What was typed and not sent, for each conversation and for the next one. In memory at once, so that a reload finds it; on the disk a
/// moment later, so that a restart does too. Thread-safe.
/// </summary>
internal sealed class Drafts : IDisposable
{
    private const string NextName = "draft";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly DesktopDatabase _database;
    private readonly ConversationStore _store;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, string> _unwritten = [];
    private readonly ITimer _write;

    public Drafts(DesktopDatabase database, ConversationStore store, TimeProvider time)
    {
        _database = database;
        _store = store;
        _write = time.CreateTimer(_ => Write(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="conversationId">The conversation; null for one that isn't there yet.</param>
    public string Read(long? conversationId)
    {
        lock (_lock)
        {
            return _unwritten.TryGetValue(conversationId ?? 0, out var draft) ? draft
                : conversationId is { } id ? _store.Draft(id)
                : _database.Use(c => c.Scalar<string>("SELECT value FROM preference WHERE name = $name", ("$name", NextName))) ?? "";
        }
    }

    public void Keep(long? conversationId, string draft)
    {
        lock (_lock)
        {
            // Counted from the first change: somebody who types without a pause is kept up with too.
            if (_unwritten.Count == 0)
            {
                _write.Change(Soon, Timeout.InfiniteTimeSpan);
            }

            _unwritten[conversationId ?? 0] = draft;
        }
    }

    public void Dispose()
    {
        _write.Dispose();
        Write();
    }

    private void Write()
    {
        lock (_lock)
        {
            foreach (var (id, draft) in _unwritten)
            {
                if (id != 0)
                {
                    _store.KeepDraft(id, draft);
                }
                else
                {
                    _database.Use(c => c.Execute(
                        "INSERT INTO preference (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = $value",
                        ("$name", NextName), ("$value", draft)));
                }
            }

            _unwritten.Clear();
        }
    }
}
