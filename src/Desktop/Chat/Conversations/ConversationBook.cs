namespace Latchkey.Desktop.Chat.Conversations;

/// <summary>
/// The person's conversations, for all of the app: what changes them goes through here, and whoever shows them is told. A deleted one can
/// be had back for a while, then it is gone from the disk too. Thread-safe.
/// </summary>
internal sealed class ConversationBook : IDisposable
{
    /// <summary>How long a deleted conversation can be had back.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(10);

    private readonly ConversationStore _store;
    private readonly TimeProvider _time;
    private readonly ITimer _purge;

    /// <param name="store">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tidies">
    /// Whether what an earlier run left behind is put right. Only the first of several runs side by side may: the answers of the others
    /// aren't cut short.
    /// </param>
    public ConversationBook(ConversationStore store, TimeProvider time, bool tidies)
    {
        _store = store;
        _time = time;
        if (tidies)
        {
            _store.MarkInterrupted();
            // Nobody is left who could want those of an earlier run back.
            _store.Purge(_time.GetUtcNow());
        }

        _purge = time.CreateTimer(
            _ => _store.Purge(_time.GetUtcNow() - UndoTime), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Raised, on no particular thread, when the list or something in it has changed.</summary>
    public event Action? Changed;

    public IReadOnlyList<Conversation> List() => _store.List();

    public Conversation? Find(long id) => _store.Find(id);

    public IReadOnlyList<Message> Messages(long conversationId) => _store.Messages(conversationId);

    public IReadOnlyList<Found> Search(string text, int most) => _store.Search(text, most);

    /// <summary>Renames it; a title with nothing in it changes nothing.</summary>
    public void Rename(long id, string typed)
    {
        if (ConversationTitle.Given(typed) is { } title)
        {
            _store.Rename(id, title);
            Changed?.Invoke();
        }
    }

    public void SetModel(long id, string? model)
    {
        _store.SetModel(id, model);
        Changed?.Invoke();
    }

    public void Delete(long id)
    {
        _store.SetDeleted(id, _time.GetUtcNow());
        _purge.Change(UndoTime + TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        Changed?.Invoke();
    }

    /// <summary>Takes a deletion back; false when it is too late.</summary>
    public bool Restore(long id)
    {
        _store.SetDeleted(id, null);
        Changed?.Invoke();
        return _store.Find(id) is not null;
    }

    /// <summary>To be called when something was said.</summary>
    public void Tell() => Changed?.Invoke();

    public void Dispose()
    {
        _purge.Dispose();
        _store.Purge(_time.GetUtcNow() - UndoTime);
    }
}
