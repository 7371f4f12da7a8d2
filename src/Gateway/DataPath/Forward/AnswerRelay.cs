using System.Buffers;
using System.IO.Pipelines;
using Latchkey.Claude;

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

        /// <summary>The client left.</summary>
        ClientGone,
    }

    /// <summary>Relays until one side ends.</summary>
    /// <param name="source">The upstream's body.</param>
    /// <param name="client">The client's.</param>
    /// <param name="tap">Sees every byte before it is sent on.</param>
    /// <param name="gate">Holds back the last bytes of a complete answer until what must be true by then is.</param>
    /// <param name="atItsEnd">What has come of the exchange when the answer is complete.</param>
    /// <param name="stall">Told before each wait for the upstream, cancels it after too long a silence.</param>
    /// <param name="clientGone">Cancelled when the client leaves.</param>
    public static async Task<End> RunAsync(
        Stream source, PipeWriter client, IAnswerTap tap, IAnswerGate gate, Func<Outcome> atItsEnd, StallWatch stall, CancellationToken clientGone)
    {
        var ended = false;
        var headSent = false;
        while (true)
        {
            int read;
            Memory<byte> memory;
            try
            {
                // An empty read waits for data without holding a buffer: an idle stream costs none.
                stall.Restart();
                var data = source.ReadAsync(Memory<byte>.Empty, stall.Token);
                if (!headSent && !data.IsCompleted && !await FlushAsync(client, clientGone))
                {
                    return End.ClientGone;
                }

                headSent = true;
                await data;
                memory = client.GetMemory(ReadSize);
                read = await source.ReadAsync(memory, stall.Token);
            }
            catch (Exception e) when (IsBreak(e))
            {
                var end = EndOf(e, clientGone);

                // SDKs hang up at message_stop: whoever has the whole answer hasn't left early.
                return end is End.ClientGone && ended ? End.Ended : end;
            }

            if (read == 0)
            {
                return End.Ended;
            }

            tap.Observe(memory.Span[..read]);
            gate.Passing();
            if (!ended && tap.Progress.Complete)
            {
                ended = true;
                await gate.BeforeEndAsync(atItsEnd());
            }

            client.Advance(read);
            var flushing = FlushAsync(client, clientGone);
            if (!flushing.IsCompleted)
            {
                // A client that reads slowly mustn't look like an upstream that has fallen silent.
                stall.Pause();
            }

            if (!await flushing)
            {
                return End.ClientGone;
            }
        }
    }

    /// <summary>Whether reading an answer can end in this way.</summary>
    public static bool IsBreak(Exception e) => e is OperationCanceledException or IOException or HttpRequestException;

    /// <summary>What it means that reading the upstream ended in this way.</summary>
    public static End EndOf(Exception e, CancellationToken clientGone) =>
        clientGone.IsCancellationRequested ? End.ClientGone
        : e is OperationCanceledException ? End.Stalled
        : End.Broke;

    /// <summary>Tells an event stream's client that the rest won't come.</summary>
    public static async Task WriteErrorEventAsync(PipeWriter client, string requestId, bool stalled, CancellationToken clientGone)
    {
        var message = stalled ? "Claude's answer stopped coming." : "Claude's answer broke off.";

        // The part before may have ended inside a line: an empty one ends whatever was begun.
        client.Write("\n\n"u8);
        ClaudeErrors.WriteEvent(client, ClaudeErrors.Api, message, requestId);
        await FlushAsync(client, clientGone);
    }

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
