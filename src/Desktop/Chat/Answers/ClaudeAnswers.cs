using System.Runtime.CompilerServices;
using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Messages;
using Latchkey.Client;
using Latchkey.Desktop.Chat.Conversations;

namespace Latchkey.Desktop.Chat.Answers;

/// <summary>
/// Claude, through the official SDK, whose calls go wherever <see cref="LatchkeyClient"/> leads: the address and the key given to the SDK
/// are placeholders that its handler replaces.
/// </summary>
internal sealed class ClaudeAnswers(LatchkeyClient latchkey, TimeProvider time) : IDisposable
{
    /// <summary>A long answer may take as long as it wants, as long as something comes.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromHours(1);

    private readonly AnthropicClient _client = new(new ClientOptions
    {
        HttpClient = latchkey.CreateHttpClient(),
        BaseUrl = "http://latchkey.invalid",
        ApiKey = "replaced-on-the-way",
        // RetryRule decides, where the person can see it.
        MaxRetries = 0,
        Timeout = LongestAnswer,
    });

    /// <summary>One try. Throws what the SDK throws, and <see cref="AnswerBrokeOffException"/>.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="headers">Filled with the answer's, whatever happens then.</param>
    /// <param name="cancellationToken">Ends the call, upstream too.</param>
    public async IAsyncEnumerable<AnswerPiece> StreamAsync(
        AnswerRequest request,
        RetryHeaders headers,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        var client = _client.WithOptions(options => options with { Handlers = [new RetryHeadersReader(headers, time)] });
        await using var events = client.Messages.CreateStreaming(ParametersOf(request), either.Token).GetAsyncEnumerator(either.Token);
        var text = new BlockText();
        var ended = false;
        while (await NextAsync(events, silence, cancellationToken))
        {
            silence.CancelAfter(LongestSilence);
            if (events.Current.TryPickStop(out _))
            {
                ended = true;
                break;
            }

            if (PieceOf(events.Current, text) is { } piece)
            {
                yield return piece;
            }
        }

        // The SDK takes a stream without its last event for a whole one.
        if (!ended)
        {
            throw new AnswerBrokeOffException("The stream ended before the answer did.");
        }
    }

    public void Dispose() => _client.Dispose();

    private static async ValueTask<bool> NextAsync(
        IAsyncEnumerator<RawMessageStreamEvent> events,
        CancellationTokenSource silence,
        CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException exception) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new AnswerBrokeOffException($"Nothing came for {LongestSilence.TotalMinutes:0} minutes.", exception);
        }
    }

    private static AnswerPiece? PieceOf(RawMessageStreamEvent next, BlockText text)
    {
        if (next.TryPickStart(out var start))
        {
            var usage = start.Message.Usage;
            var input = usage.InputTokens + (usage.CacheCreationInputTokens ?? 0) + (usage.CacheReadInputTokens ?? 0);
            return new AnswerPiece.Began(start.Message.Model.Raw(), input);
        }

        if (next.TryPickContentBlockStart(out var block))
        {
            return text.Start(block.ContentBlock.TryPickText(out var first) ? first.Text : null);
        }

        if (next.TryPickContentBlockDelta(out var delta))
        {
            return delta.Delta.TryPickText(out var more) ? text.Continue(more.Text) : new AnswerPiece.Thinking();
        }

        return next.TryPickDelta(out var end) ? new AnswerPiece.Ended(end.Delta.StopReason?.Raw(), end.Usage.OutputTokens) : null;
    }

    private static MessageCreateParams ParametersOf(AnswerRequest request)
    {
        var parameters = new MessageCreateParams
        {
            Model = request.Model,
            MaxTokens = request.MaxTokens,
            Messages = [.. request.Turns.Select(ParameterOf)],
            // Each question repeats the conversation: what was sent before is read from the cache at a fraction of the price.
            CacheControl = new CacheControlEphemeral(),
        };
        return string.IsNullOrWhiteSpace(request.System) ? parameters : parameters with { System = request.System };
    }

    private static MessageParam ParameterOf(Turn turn) =>
        turn.Speaker == Speaker.Person ? new UserMessageParam(turn.Text) : new AssistantMessageParam(turn.Text);

    /// <summary>Joins an answer's blocks of text: what follows something else begins a paragraph of its own.</summary>
    private sealed class BlockText
    {
        private bool _any;
        private bool _other;

        /// <param name="text">What the block begins with; null for one that isn't text.</param>
        public AnswerPiece? Start(string? text)
        {
            if (text is null)
            {
                _other = true;
                return new AnswerPiece.Thinking();
            }

            return text.Length == 0 ? null : Continue(text);
        }

        public AnswerPiece.Text Continue(string text)
        {
            var gap = _any && _other ? "\n\n" : "";
            _any = true;
            _other = false;
            return new AnswerPiece.Text(gap + text);
        }
    }
}
