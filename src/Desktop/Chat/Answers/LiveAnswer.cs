using System.Text;

namespace Latchkey.Desktop.Chat.Answers;

/// <summary>An answer that is being written: one writes, any number of windows watch. Thread-safe.</summary>
/// <param name="messageId">Where it will be kept.</param>
/// <param name="conversationId">The conversation that it belongs to.</param>
#pragma warning disable CA1001 // Its source of cancellation: somebody may still be about to stop an answer that has just ended.
internal sealed class LiveAnswer(long messageId, long conversationId)
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = NewChange();
    private long _version;
    private AnswerPhase _phase = AnswerPhase.Asking;
    private DateTimeOffset? _retryAt;

    public long MessageId { get; } = messageId;

    public long ConversationId { get; } = conversationId;

    /// <summary>Cancelled by <see cref="Stop"/>.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>The text from an offset on, in UTF-16 units, and how things stand.</summary>
    public LiveView ReadFrom(int offset)
    {
        lock (_lock)
        {
            return new LiveView(_version, _text.ToString(offset, _text.Length - offset), _phase, _retryAt);
        }
    }

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }

    /// <summary>Waits until there is something newer than this version.</summary>
    public Task ChangeAfterAsync(long version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _version > version ? Task.CompletedTask : _changed.Task.WaitAsync(cancellationToken);
        }
    }

    public void Append(string text) => Change(() =>
    {
        _text.Append(text);
        _phase = AnswerPhase.Writing;
        _retryAt = null;
    });

    public void Enter(AnswerPhase phase, DateTimeOffset? retryAt = null) => Change(() =>
    {
        _phase = phase;
        _retryAt = retryAt;
    });

    /// <summary>Ends the call; what came so far stays.</summary>
    public void Stop() => _stop.Cancel();

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            _version++;
            changed = _changed;
            _changed = NewChange();
        }

        changed.SetResult();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What an answer looked like at one moment.</summary>
/// <param name="Version">Grows with every change.</param>
/// <param name="More">The text that was asked for.</param>
/// <param name="Phase">What is happening.</param>
/// <param name="RetryAt">When the next try begins; null unless one is waited for.</param>
internal readonly record struct LiveView(long Version, string More, AnswerPhase Phase, DateTimeOffset? RetryAt);

internal enum AnswerPhase
{
    /// <summary>The question is on its way.</summary>
    Asking,

    /// <summary>The other side is busy; it is asked again in a moment.</summary>
    Waiting,

    /// <summary>Claude is at it, without text yet.</summary>
    Thinking,

    Writing,

    /// <summary>It has ended, however it did, and is kept.</summary>
    Ended,
}
