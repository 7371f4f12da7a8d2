using System.Buffers;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>Reads the rest of an answer that nobody waits for any more, so that its figures are the upstream's own.</summary>
internal static class AnswerDrain
{
    private const int ReadSize = 16 * 1024;

    /// <summary>Reads until the answer is complete. False when it didn't get there: it broke off, took too long, or costs too much.</summary>
    /// <param name="source">The upstream's body.</param>
    /// <param name="tap">Sees every byte.</param>
    /// <param name="gate">Told as if the bytes were sent.</param>
    /// <param name="atItsEnd">What has come of the exchange when the answer is complete.</param>
    /// <param name="stall">Told before each wait for the upstream; cancels it when it has to end.</param>
    public static async Task<bool> RunAsync(Stream source, IAnswerTap tap, IAnswerGate gate, Func<Outcome> atItsEnd, StallWatch stall)
    {
        if (tap.Progress.Complete)
        {
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (!tap.Progress.Complete)
            {
                stall.Restart();
                var read = await source.ReadAsync(buffer, stall.Token);
                if (read == 0)
                {
                    return false;
                }

                tap.Observe(buffer.AsSpan(0, read));
                if (gate.Passing() is not null && !tap.Progress.Complete && tap.Cut is not null)
                {
                    return false;
                }
            }
        }
        catch (Exception e) when (AnswerRelay.IsBreak(e))
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await gate.BeforeEndAsync(atItsEnd());
        return true;
    }
}
