using System.Buffers;
using System.IO.Pipelines;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.DataPath.Forward.KeyPool;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>One try to have the upstream answer, with one key: send, judge, relay.</summary>
internal sealed class UpstreamCall(
    HttpContext http,
    AcceptedRequest request,
    CallerStanding standing,
    Upstream upstream,
    KeyChoice.Picked key,
    BreakerTicket? ticket,
    IAnswerTap tap,
    IAnswerGate gate,
    TimeProvider time,
    CancellationToken revoked)
{
    /// <summary>An error's body up to this size is looked at before it is relayed; Anthropic's are below 1 KB.</summary>
    private const int ErrorPeek = 64 * 1024;

    /// <summary>How long the last words to a caller whose token was taken back may wait for it to read.</summary>
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);

    private readonly CancellationToken _gone = http.RequestAborted;
    private int? _status;
    private string? _upstreamRequestId;
    private long? _firstByte;
    private Departure? _departure;

    /// <summary>What came of it.</summary>
    internal abstract record Result
    {
        private Result()
        {
        }

        /// <summary>The exchange is over.</summary>
        public sealed record Final(Outcome Outcome) : Result;

        /// <summary>The upstream won't serve this key, and the client has got nothing yet. The outcome holds if there is no other.</summary>
        public sealed record KeyUnfit(Outcome Outcome) : Result;
    }

    public async Task<Result> RunAsync(UpstreamClient client, UpstreamKeyPool keys, Drains drains, ForwardOptions options, ILogger log)
    {
        var headLimit = request.Peeked is { Stream: true } ? options.StreamHeaderTimeout : options.HeaderTimeout;
        using var departure = _departure = drains.Watch(request.Route, _gone);
        using var watch = new StallWatch(headLimit, time, departure?.GiveUp ?? _gone, revoked);
        using var message = UpstreamRequest.Of(http.Request, request, upstream);
        MasterKeyHandler.Use(message, key.Key);
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(message, watch.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return new Result.Final(Unanswered(e, watch, log));
        }

        using (response)
        {
            watch.SetLimit(options.StallTimeout);
            _status = (int)response.StatusCode;
            _firstByte = time.GetTimestamp();
            _upstreamRequestId = AnswerHead.RequestIdOf(response);
            switch (_status)
            {
                case >= 200 and < 300:
                    keys.Accepted(key);
                    return new Result.Final(await RelayAsync(response, default, null, watch));
                case >= 400 and < 600:
                    return await RefusedAsync(response, watch, keys);
                default:
                    var odd = OutcomeOf.Response(_status.Value, null);
                    ticket?.Complete(odd);
                    log.OddStatus(request.Id, upstream.Name, _status.Value);
                    return new Result.Final(Ended(Ending.UpstreamBroke, odd.Fault) with { Refusal = Refusal.UpstreamRedirects() });
            }
        }
    }

    private Outcome Unanswered(Exception exception, StallWatch watch, ILogger log)
    {
        if (_gone.IsCancellationRequested)
        {
            ticket?.Complete(OutcomeOf.ClientAbort(answered: false));
            return Left(Abort.Cancelled);
        }

        if (revoked.IsCancellationRequested)
        {
            ticket?.Complete(OutcomeOf.CutUnanswered());
            return Ended(Ending.CutByRevocation, Fault.None) with { Refusal = Refusal.BadCredential() };
        }

        var failure = exception switch
        {
            HttpRequestException cause => OutcomeOf.KindOf(cause),
            _ when watch.HasRunOut => TransportFailure.HeaderTimeout,
            // Neither the client nor our watch: the handler's own connect timeout.
            OperationCanceledException => TransportFailure.Connect,
            _ => TransportFailure.ResetBeforeHeaders,
        };
        var result = OutcomeOf.Transport(failure);
        ticket?.Complete(result);
        log.Unanswered(request.Id, upstream.Name, failure);
        return failure is TransportFailure.HeaderTimeout
            ? Ended(Ending.TimedOut, result.Fault) with { Refusal = Refusal.UpstreamTimeout() }
            : Ended(Ending.UpstreamBroke, result.Fault) with { Refusal = Refusal.UpstreamUnreachable() };
    }

    /// <summary>The upstream answered with an error: ours, when it is about the key, else the client's to see as it is.</summary>
    private async Task<Result> RefusedAsync(HttpResponseMessage response, StallWatch watch, UpstreamKeyPool keys)
    {
        var status = _status!.Value;
        var (peeked, broken) = await PeekAsync(response, watch);
        var (type, code) = ClaudeErrors.TryReadType(peeked.Span, out var readType, out var readCode) ? (readType, readCode) : (null, null);
        var judged = OutcomeOf.Response(status, type);
        ticket?.Complete(judged);
        if (status is 401 or 403)
        {
            keys.Refused(key, status);
            return new Result.KeyUnfit(Ended(Ending.Completed, judged.Fault) with { Refusal = Refusal.UpstreamRefusesKey() });
        }

        keys.Accepted(key);
        if (status is 429 && request.Route.Kind is not RouteKind.CountTokens
            && keys.RateLimited(key, request.Peeked?.Model, response.Headers, code) is { } rest
            && keys.Pick(request.Id, request.Peeked?.Model, key.Key) is KeyChoice.Picked)
        {
            return new Result.KeyUnfit(Ended(Ending.Completed, judged.Fault) with { Refusal = Refusal.UpstreamLimited(rest) });
        }

        return new Result.Final(await RelayAsync(response, peeked, broken, watch) with { Fault = judged.Fault });
    }

    /// <summary>The body's first bytes, and how it ended if it did so before its time: a second read wouldn't say so again.</summary>
    private async Task<(ReadOnlyMemory<byte> Bytes, AnswerRelay.End? Broken)> PeekAsync(HttpResponseMessage response, StallWatch watch)
    {
        var buffer = new byte[Math.Min(ErrorPeek, response.Content.Headers.ContentLength ?? ErrorPeek)];
        var length = 0;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
            int read;
            do
            {
                watch.Restart();
                read = await body.ReadAsync(buffer.AsMemory(length), watch.Token);
                length += read;
            }
            while (read > 0 && length < buffer.Length);

            return (buffer.AsMemory(0, length), null);
        }
        catch (Exception e) when (AnswerRelay.IsBreak(e))
        {
            return (buffer.AsMemory(0, length), AnswerRelay.EndOf(e, _gone, revoked));
        }
    }

    /// <summary>Passes the answer on as it is, beginning with what was already read of it.</summary>
    private async Task<Outcome> RelayAsync(HttpResponseMessage response, ReadOnlyMemory<byte> peeked, AnswerRelay.End? broken, StallWatch watch)
    {
        tap.Attach(AnswerHead.MediaTypeOf(response), AnswerHead.CodingOf(response));
        var succeeded = _status is >= 200 and < 300;
        if (succeeded && !tap.Progress.Complete)
        {
            // One whose end can't be told has no figures to wait for either.
            _departure?.MayDrain();
        }

        gate.Begins(SoFar());
        AnswerHead.Write(http.Response, response, standing, request.Id);
        if (succeeded)
        {
            ticket?.ReportFirstByte();
        }

        var client = http.Response.BodyWriter;
        if (!peeked.IsEmpty)
        {
            tap.Observe(peeked.Span);
            if (tap.Progress.Complete)
            {
                await gate.BeforeEndAsync(SoFar());
            }

            client.Write(peeked.Span);
        }

        // Not with the client's token: the relay is who says what its leaving means.
        var body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        var (end, words) = broken is { } before ? (before, null) : await AnswerRelay.RunAsync(body, client, tap, gate, AtItsEnd, watch, _gone, revoked);

        // Whatever is said from here on may be the first that is sent.
        await gate.BeforeFirstByteAsync();
        if (words is not null)
        {
            ticket?.Complete(OutcomeOf.Cut());

            // The upstream first: what it says from here on costs money, and a client may be slow to take its last bytes.
            response.Dispose();
            await AnswerRelay.WriteStopAsync(client, tap.Cut?.OpenTextBlock, words, request.Id, _gone);
            return Ended(Ending.CutByBudget, Fault.None) with { Cut = words };
        }

        if (end is AnswerRelay.End.Revoked or AnswerRelay.End.RevokedUnread)
        {
            ticket?.Complete(OutcomeOf.Cut());
            response.Dispose();
            return await CutByRevocationAsync(client, reads: end is AnswerRelay.End.Revoked);
        }

        if (end is AnswerRelay.End.ClientGone or AnswerRelay.End.Aborted)
        {
            // Before a drain: nobody should wait for it to learn how the upstream is.
            ticket?.Complete(OutcomeOf.ClientAbort(answered: true));
            var drained = end is AnswerRelay.End.ClientGone && _departure is { Drains: true }
                && await AnswerDrain.RunAsync(body, tap, gate, AtItsEnd, watch);
            return Left(drained ? Abort.Drained : Abort.Cancelled);
        }

        var progress = tap.Progress;
        var how = end switch
        {
            _ when progress.ErrorType is not null && succeeded => StreamEnd.ErrorEvent,
            _ when progress.Complete => StreamEnd.Complete,
            AnswerRelay.End.Stalled => StreamEnd.Stalled,
            AnswerRelay.End.Broke => StreamEnd.Truncated,
            // A proper end for HTTP, but not for the document in it.
            _ when succeeded => StreamEnd.Truncated,
            _ => StreamEnd.Complete,
        };
        var result = OutcomeOf.Stream(how, progress.ErrorType);
        ticket?.Complete(result);
        switch (how)
        {
            case StreamEnd.Complete:
                return Ended(Ending.Completed, result.Fault);
            case StreamEnd.ErrorEvent:
                return Ended(Ending.ErrorEvent, result.Fault) with { AnswerBroken = end is not AnswerRelay.End.Ended };
            default:
                if (progress.IsEventStream)
                {
                    await AnswerRelay.WriteErrorEventAsync(
                        client, ClaudeErrors.Api, how is StreamEnd.Stalled ? "Claude's answer stopped coming." : "Claude's answer broke off.", request.Id, _gone);
                }
                else
                {
                    // With the head out, breaking off is all that is left: an error page of ours would contradict it.
                    await AnswerRelay.FlushAsync(client, _gone);
                }

                return Ended(how is StreamEnd.Stalled ? Ending.TimedOut : Ending.UpstreamBroke, result.Fault) with { AnswerBroken = true };
        }
    }

    /// <summary>Ends the answer with words where it can still take them, without waiting long for a client that doesn't read.</summary>
    private async Task<Outcome> CutByRevocationAsync(PipeWriter client, bool reads)
    {
        var words = Refusal.AccessWithdrawn();
        var cut = Ended(Ending.CutByRevocation, Fault.None) with { Cut = words, AnswerBroken = true };
        if (!reads || tap.Cut is not { } at)
        {
            return cut;
        }

        using var patience = new CancellationTokenSource(LastWordsPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _gone);
        if (at.BytesSince == 0)
        {
            await AnswerRelay.WriteStopAsync(client, at.OpenTextBlock, words, request.Id, either.Token);
            return cut with { AnswerBroken = either.IsCancellationRequested };
        }

        await AnswerRelay.WriteErrorEventAsync(client, words.Type, words.Message, request.Id, either.Token);
        return cut;
    }

    /// <summary>What has come of the exchange as far as its answer tells: all there is to say, if it is complete.</summary>
    private Outcome SoFar()
    {
        var error = tap.Progress.ErrorType;
        return _status is >= 200 and < 300
            ? Ended(error is null ? Ending.Completed : Ending.ErrorEvent, OutcomeOf.Stream(error is null ? StreamEnd.Complete : StreamEnd.ErrorEvent, error).Fault)
            : Ended(Ending.Completed, OutcomeOf.Response(_status!.Value, error).Fault);
    }

    /// <summary>What has come of it when the answer is complete: to the client, or read for nobody.</summary>
    private Outcome AtItsEnd()
    {
        if (_gone.IsCancellationRequested)
        {
            return Left(_departure is { Drains: true } ? Abort.Drained : Abort.Cancelled);
        }

        _departure?.NothingLeft();
        return SoFar();
    }

    private Outcome Left(Abort abort) => Ended(Ending.ClientGone, Fault.Client) with { Abort = abort };

    private Outcome Ended(Ending ending, Fault fault) => new(ending, fault)
    {
        UpstreamStatus = _status,
        UpstreamRequestId = _upstreamRequestId,
        KeyFingerprint = key.Key.Fingerprint,
        FirstByteTicks = _firstByte,
    };
}
