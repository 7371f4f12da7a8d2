using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Measure;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.DataPath;

/// <summary>A request to Claude and back: the six steps, in order.</summary>
internal sealed class Exchange(
    AcceptStage accept,
    AuthenticateStage authenticate,
    AuthorizeStage authorize,
    ForwardStage forward,
    MeasureStage measure,
    SettleStage settle,
    ExchangeMetrics metrics,
    TimeProvider time,
    ILogger<Exchange> log)
{
    /// <summary>Answers one request below <c>/v1</c>, whatever happens.</summary>
    public async Task RunAsync(HttpContext http)
    {
        var id = RequestId.New(time);
        http.Response.Headers[RequestId.Header] = id;
        using var activity = ExchangeActivity.Start(http.Request, id);
        metrics.Opened();
        try
        {
            if (await AnswerAsync(http, id) is { } refusal)
            {
                activity?.SetTag("error.type", refusal.Type);
                metrics.Refused(refusal.Status, refusal.Type);
                log.Refused(id, http.Request.Method, refusal.Status, refusal.Type, refusal.QuotesClient ? "(quotes the request)" : refusal.Message);
                await ErrorWriter.WriteAsync(http, refusal, id);
            }
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left before it was let in, or while it was being refused: nobody is there to tell.
            log.Abandoned(id);
        }
        catch (Exception e) when (e is not AnswerBrokenException)
        {
            log.Failed(e, id);
            if (http.Response.HasStarted)
            {
                throw new AnswerBrokenException();
            }

            var refusal = Refusal.Internal();
            metrics.Refused(refusal.Status, refusal.Type);
            await ErrorWriter.WriteAsync(http, refusal, id);
        }
        finally
        {
            activity?.SetTag("http.response.status_code", http.Response.StatusCode);
            metrics.Closed();
        }
    }

    /// <summary>Null once the client has its answer, else why the gateway refuses to get one.</summary>
    private async Task<Refusal?> AnswerAsync(HttpContext http, string id)
    {
        // 1 Accept, the head: which route is it?
        var (request, unacceptable) = accept.Open(http, id);
        if (request is null)
        {
            return unacceptable;
        }

        using (request)
        {
            // 2 Authenticate: whose wrapper token is this?
            var (caller, unknown) = authenticate.Identify(http);
            if (caller is null)
            {
                return unknown;
            }

            // 1 Accept, the body: how big, which model? After 2, so that a stranger's 32 MB cost nothing.
            if (await accept.ReadBodyAsync(http, request) is { } malformed)
            {
                return malformed;
            }

            // 2 Authenticate, again: the body took its time. From here on the call is followed, and cut when its token is taken back.
            using var running = authenticate.Follow(caller);
            if (running is null)
            {
                return Refusal.BadCredential();
            }

            // 6 Settle has a say before anything is taken: what can't be written down isn't let in.
            if (settle.Unwritable(request) is { } unwritable)
            {
                return unwritable;
            }

            // 3 Authorize: may they? The permit holds what was reserved.
            var verdict = await authorize.DecideAsync(http, caller, request);
            if (verdict is not Verdict.Allowed { Permit: var permit })
            {
                var refused = (Verdict.Refused)verdict;
                foreach (var (name, value) in refused.Standing.Headers())
                {
                    http.Response.Headers[name] = value;
                }

                return refused.Refusal;
            }

            return await AnswerLetInAsync(http, request, permit, running.Revoked);
        }
    }

    private async Task<Refusal?> AnswerLetInAsync(HttpContext http, AcceptedRequest request, Permit permit, CancellationToken revoked)
    {
        using var tap = measure.NewTap(request);
        Settlement? settlement = null;
        var outcome = Outcome.NotSent;
        try
        {
            settlement = settle.Open(request, permit, tap);

            // 4 Forward: pick a key, pass the breaker, stream both ways. 5 Measure: the tap sees the bytes pass.
            // 6 Settle: the settlement holds them back where something has to be durable first.
            outcome = await forward.SendAsync(http, request, permit, tap, settlement, revoked);
        }
        finally
        {
            // 6 Settle: whatever happened, the permit is closed once and the row written, with what was really used.
            await (settlement?.CloseAsync(outcome) ?? permit.AbandonAsync().AsTask());
        }

        return outcome.AnswerBroken ? throw new AnswerBrokenException() : outcome.Refusal;
    }
}
