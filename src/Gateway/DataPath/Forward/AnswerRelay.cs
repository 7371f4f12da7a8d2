using System.Buffers;
using System.IO.Pipelines;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>Passes an answer's body to the client: each read of the upstream is one flush, nothing is held back.</summary>
internal static class AnswerRelay
{
    private const int ReadSize = 16 * 1024;

    /// <summary>How the relaying ended.</summary>
    internal enum End
    {
        /// <summary>The upstream ended its body in the ordinary way.</summary>
        Ended,

        /// <summary>The upstream's connection broke.</summary>
        Broke,

        /// <summary>The upstream was silent for too long.</summary>
        Stalled,

        /// <summary>The client left. The upstream can still be read.</summary>
        ClientGone,

        /// <summary>The client left, and the reading ended with that or after it.</summary>
        Aborted,

        /// <summary>The gate ended it. What was written ends with a whole event and isn't flushed yet.</summary>
        Cut,

        /// <summary>The caller's token was taken back while the upstream was waited for: the client takes what it is sent.</summary>
        Revoked,

        /// <summary>The caller's token was taken back while the client was waited for, which has stopped reading.</summary>
        RevokedUnread,
    }

    /// <summary>Relays until one side or the gate ends it.</summary>
    /// <param name="source">The upstream's body.</param>
    /// <param name="client">The client's.</param>
    /// <param name="tap">Sees every byte before it is sent on.</param>
    /// <param name="gate">Holds back the last bytes of a complete answer until what must be true by then is; may end one before.</param>
    /// <param name="atItsEnd">What has come of the exchange when the answer is complete.</param>
    /// <param name="stall">Told before each wait for the upstream, cancels it after too long a silence.</param>
    /// <param name="clientGone">Cancelled when the client leaves.</param>
    /// <param name="revoked">Cancelled when the caller's token is taken back; <paramref name="stall"/> hears of it too.</param>
    /// <returns>How it ended and, if the gate ended it, its words.</returns>
    public static async Task<(End How, Refusal? Words)> RunAsync(
        Stream source, PipeWriter client, IAnswerTap tap, IAnswerGate gate, Func<Outcome> atItsEnd, StallWatch stall, CancellationToken clientGone,
        CancellationToken revoked = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clientGone, revoked);
        var unwanted = either.Token;
        var ended = false;
        var headSent = false;
        Refusal? stop = null;
        while (true)
        {
            int read;
            Memory<byte> memory;
            try
            {
                // Bytes that are there already are read without a look at the token.
                revoked.ThrowIfCancellationRequested();

                // An empty read waits for data without holding a buffer: an idle stream costs none.
                stall.Restart();
                var data = source.ReadAsync(Memory<byte>.Empty, stall.Token);
                if (!headSent && !data.IsCompleted)
                {
                    await gate.BeforeFirstByteAsync();
                    if (!await FlushAsync(client, unwanted))
                    {
                        return (Unsent(revoked), null);
                    }
                }

                headSent = true;
                await data;
                memory = client.GetMemory(ReadSize);
                read = await source.ReadAsync(memory, stall.Token);
            }
            catch (Exception e) when (IsBreak(e))
            {
                var end = EndOf(e, clientGone, revoked);

                // SDKs hang up at message_stop: whoever has the whole answer hasn't left early, nor can it be cut any more.
                return (ended && (end is End.Aborted || (end is End.Revoked && tap.Cut is not null)) ? End.Ended : end, null);
            }

            if (read == 0)
            {
                return (End.Ended, null);
            }

            tap.Observe(memory.Span[..read]);
            var words = gate.Passing();
            stop ??= words;
            if (!ended && tap.Progress.Complete)
            {
                ended = true;
                await gate.BeforeEndAsync(atItsEnd());
            }

            if (stop is not null && !ended && tap.Progress.ErrorType is null && tap.Cut is { } cut && cut.BytesSince <= read)
            {
                // The event that has only begun is dropped. One that began in an earlier piece is on its way: it passes first.
                client.Advance(read - (int)cut.BytesSince);
                return (End.Cut, stop);
            }

            client.Advance(read);
            await gate.BeforeFirstByteAsync();
            var flushing = FlushAsync(client, unwanted);
            if (!flushing.IsCompleted)
            {
                // A client that reads slowly mustn't look like an upstream that has fallen silent.
                stall.Pause();
            }

            if (!await flushing)
            {
                return (Unsent(revoked), null);
            }
        }
    }

    /// <summary>Whether reading an answer can end in this way.</summary>
    public static bool IsBreak(Exception e) => e is OperationCanceledException or IOException or HttpRequestException;

    /// <summary>What it means that reading the upstream ended in this way.</summary>
    public static End EndOf(Exception e, CancellationToken clientGone, CancellationToken revoked) =>
        clientGone.IsCancellationRequested ? End.Aborted
        : revoked.IsCancellationRequested ? End.Revoked
        : e is OperationCanceledException ? End.Stalled
        : End.Broke;

    /// <summary>Ends an event stream after a whole event, in a way that clients show and don't ask again for.</summary>
    /// <param name="client">The client.</param>
    /// <param name="openTextBlock">Index of the text block that is open, if one is.</param>
    /// <param name="words">Why it ends.</param>
    /// <param name="requestId">Our id of the exchange.</param>
    /// <param name="clientGone">Cancelled when the client leaves.</param>
    public static async Task WriteStopAsync(PipeWriter client, int? openTextBlock, Refusal words, string requestId, CancellationToken clientGone)
    {
        if (openTextBlock is { } index)
        {
            // After a completed block Claude Code shows the error; before one it asks for all of it again. Only text is whole wherever
            // it ends: half a tool's input isn't JSON, half a thought has no signature.
            StreamEvents.WriteBlockStop(client, index);
        }

        ClaudeErrors.WriteEvent(client, words.Type, words.Message, requestId);
        await FlushAsync(client, clientGone);
    }

    /// <summary>Tells an event stream's client that the rest won't come.</summary>
    public static async Task WriteErrorEventAsync(PipeWriter client, string type, string message, string requestId, CancellationToken clientGone)
    {
        // The part before may have ended inside a line: an empty one ends whatever was begun.
        client.Write("\n\n"u8);
        ClaudeErrors.WriteEvent(client, type, message, requestId);
        await FlushAsync(client, clientGone);
    }

    // A flush that was cancelled ends the connection: it then looks as if the client had left.
    private static End Unsent(CancellationToken revoked) => revoked.IsCancellationRequested ? End.RevokedUnread : End.ClientGone;

    /// <summary>Sends what was written, the head first. False when the client is gone.</summary>
    public static async ValueTask<bool> FlushAsync(PipeWriter client, CancellationToken clientGone)
    {
        try
        {
            var flushed = await client.FlushAsync(clientGone);
            return !flushed.IsCompleted && !clientGone.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
