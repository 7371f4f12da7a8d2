using System.Collections.Concurrent;
using Anthropic.Exceptions;
using Latchkey.Client;
using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Chat.Models;
using Latchkey.Desktop.Settings;

namespace Latchkey.Desktop.Chat.Answers;

/// <summary>
/// Takes questions and has them answered, one at a time in each conversation, any number side by side. It belongs to the app and not to a
/// window: an answer goes on while the person looks at something else or reloads the page. Thread-safe.
/// </summary>
internal sealed class AnswerDesk(
    ConversationStore store,
    ConversationBook book,
    ClaudeAnswers claude,
    ModelCatalog models,
    Preferences preferences,
    LatchkeyClient latchkey,
    TimeProvider time,
    ILogger<AnswerDesk> logger) : IHostedService
{
    /// <summary>How much of a running answer a crash can take.</summary>
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, LiveAnswer> _running = new();
    private readonly ConcurrentDictionary<LiveAnswer, Task> _tasks = new();
    private readonly Lock _lock = new();
    private bool _closed;

    /// <summary>The answer being written in a conversation; null when there is none.</summary>
    public LiveAnswer? In(long conversationId) => _running.GetValueOrDefault(conversationId);

    public bool IsAnswering(long conversationId) => _running.ContainsKey(conversationId);

    /// <summary>Asks in a conversation, or begins one. Null when an answer is being written there.</summary>
    /// <returns>The conversation.</returns>
    public long? Ask(long? conversationId, string question, string? model)
    {
        lock (_lock)
        {
            if (_closed || (conversationId is { } open && IsAnswering(open)))
            {
                return null;
            }

            var id = conversationId ?? store.Create(ConversationTitle.From(question), model, time.GetUtcNow()).Id;
            store.Add(id, Speaker.Person, question, MessageState.Complete, null, time.GetUtcNow());
            Begin(id);
            return id;
        }
    }

    /// <summary>Answers the last question anew; the answer that is there goes.</summary>
    public void AskAgain(long conversationId)
    {
        lock (_lock)
        {
            if (_closed || IsAnswering(conversationId) || store.Messages(conversationId) is not [.., var last])
            {
                return;
            }

            if (last.Speaker == Speaker.Claude)
            {
                store.CutAfter(conversationId, last.Id, itselfToo: true);
            }

            Begin(conversationId);
        }
    }

    /// <summary>Puts another question in the place of one that was asked; what followed it goes.</summary>
    public void AskInstead(Message question, string text)
    {
        lock (_lock)
        {
            if (!_closed && !IsAnswering(question.ConversationId))
            {
                store.SetText(question.Id, text);
                store.CutAfter(question.ConversationId, question.Id, itselfToo: false);
                Begin(question.ConversationId);
            }
        }
    }

    /// <summary>Stops the answer being written in a conversation; what came stays.</summary>
    public void Stop(long conversationId) => In(conversationId)?.Stop();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stops every answer and waits until it is kept.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _closed = true;
        }

        foreach (var answer in _running.Values)
        {
            answer.Stop();
        }

        await Task.WhenAll(_tasks.Values).WaitAsync(cancellationToken);
    }

    private void Begin(long conversationId)
    {
        var message = store.Add(conversationId, Speaker.Claude, "", MessageState.Writing, null, time.GetUtcNow());
        var live = new LiveAnswer(message.Id, conversationId);
        _running[conversationId] = live;
        book.Tell();
        _tasks[live] = RunAsync(live, message);
    }

    private async Task RunAsync(LiveAnswer live, Message message)
    {
        // The caller holds the lock, and is a window that wants to draw.
        await Task.Yield();
        var answer = new Answer(message);
        try
        {
            await WriteAsync(live, answer);
            answer.Kept = answer.Kept with { State = MessageState.Complete };
        }
        catch (OperationCanceledException) when (live.Stopped.IsCancellationRequested)
        {
            answer.Kept = answer.Kept with { State = MessageState.Stopped };
        }
        catch (Exception exception)
        {
            logger.AnswerFailed(message.Id, TroubleWords.ForLog(exception));
            var trouble = TroubleWords.Explain(exception, answer.Headers, time.GetUtcNow(), latchkey.Status);
            answer.Kept = answer.Kept with { State = MessageState.Failed, Trouble = trouble };
        }

        answer.Kept = answer.Kept with { Text = live.Text };
        logger.AnswerEnded(message.Id, answer.Kept.Model, answer.Kept.State, answer.Kept.Text.Length);
        Keep(answer.Kept);
        _running.TryRemove(new(live.ConversationId, live));
        live.Enter(AnswerPhase.Ended);
        book.Tell();
        _tasks.TryRemove(live, out _);
    }

    private async Task WriteAsync(LiveAnswer live, Answer answer)
    {
        var request = await RequestAsync(live, answer);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await StreamAsync(live, answer, request);
                return;
            }
            catch (Exception exception)
                when (exception is AnthropicException or HttpRequestException or IOException or AnswerBrokeOffException)
            {
                if (live.Text.Length > 0 || RetryRule.WaitFor(exception, answer.Headers, tries) is not { } wait)
                {
                    throw;
                }

                logger.AnswerRetried(live.MessageId, wait, TroubleWords.ForLog(exception));
                live.Enter(AnswerPhase.Waiting, time.GetUtcNow() + wait);
                await Task.Delay(wait, time, live.Stopped);
                live.Enter(AnswerPhase.Asking);
            }
        }
    }

    private async Task<AnswerRequest> RequestAsync(LiveAnswer live, Answer answer)
    {
        var wanted = store.Find(live.ConversationId)?.Model ?? preferences.Current.DefaultModel;
        var choice = await models.ChooseAsync(wanted, live.Stopped);
        answer.Kept = answer.Kept with { Model = choice.Id };
        var turns = AnswerRequest.TurnsOf(store.Messages(live.ConversationId).Where(m => m.Id < live.MessageId));
        return new AnswerRequest(choice.Id, choice.LongestAnswer, preferences.Current.SystemPrompt, turns);
    }

    private async Task StreamAsync(LiveAnswer live, Answer answer, AnswerRequest request)
    {
        answer.Headers = new RetryHeaders();
        var kept = time.GetTimestamp();
        await foreach (var piece in claude.StreamAsync(request, answer.Headers, live.Stopped))
        {
            switch (piece)
            {
                case AnswerPiece.Began began:
                    answer.Kept = answer.Kept with { Model = began.Model, InputTokens = began.InputTokens };
                    live.Enter(AnswerPhase.Thinking);
                    break;
                case AnswerPiece.Thinking when live.Text.Length == 0:
                    live.Enter(AnswerPhase.Thinking);
                    break;
                case AnswerPiece.Text text:
                    live.Append(text.Piece);
                    break;
                case AnswerPiece.Ended ended:
                    answer.Kept = answer.Kept with { StopReason = ended.Reason, OutputTokens = ended.OutputTokens };
                    break;
            }

            if (time.GetElapsedTime(kept) > KeepEvery)
            {
                kept = time.GetTimestamp();
                Keep(answer.Kept with { Text = live.Text });
            }
        }
    }

    /// <summary>A disk that is full takes the record, not the answer in front of the person.</summary>
    private void Keep(Message message)
    {
        try
        {
            store.Save(message);
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            logger.AnswerNotKept(exception, message.Id);
        }
    }

    /// <summary>What is known of an answer so far.</summary>
    private sealed class Answer(Message kept)
    {
        public Message Kept { get; set; } = kept;

        public RetryHeaders Headers { get; set; } = new();
    }
}
