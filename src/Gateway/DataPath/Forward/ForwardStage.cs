using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.DataPath.Forward.KeyPool;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>4 Forward: which key, is its breaker closed; stream both ways.</summary>
internal sealed class ForwardStage(
    Upstream upstream,
    UpstreamClient client,
    UpstreamKeyPool keys,
    Breakers breakers,
    Drains drains,
    IOptions<ForwardOptions> options,
    TimeProvider time,
    ILogger<ForwardStage> log)
{
    /// <summary>
    /// Sends the request and relays the answer. The next key is tried when the upstream won't serve this one and the
    /// client has got nothing yet; nothing else is ever sent twice, since it may be billed twice.
    /// </summary>
    /// <param name="http">The client's connection.</param>
    /// <param name="request">What to send.</param>
    /// <param name="permit">For whom.</param>
    /// <param name="tap">Sees the answer pass.</param>
    /// <param name="gate">Holds the answer back where something has to be true first.</param>
    /// <param name="revoked">Cancelled when the caller's token is taken back: that ends the answer.</param>
    public async Task<Outcome> SendAsync(
        HttpContext http, AcceptedRequest request, Permit permit, IAnswerTap tap, IAnswerGate gate, CancellationToken revoked)
    {
        var model = request.Peeked?.Model;
        List<UpstreamKey> tried = [];
        Outcome? last = null;
        while (true)
        {
            if (revoked.IsCancellationRequested)
            {
                return last is null
                    ? new Outcome(Ending.NotSent, Fault.None) { Refusal = Refusal.BadCredential() }
                    : last with { Ending = Ending.CutByRevocation, Fault = Fault.None, Refusal = Refusal.BadCredential() };
            }

            if (keys.Pick(permit.Caller.DeviceId, model, [.. tried]) is not KeyChoice.Picked key)
            {
                return last ?? NoKey(keys.Pick(permit.Caller.DeviceId, model));
            }

            using var ticket = Enter(request, model, out var refusal);
            if (refusal is not null)
            {
                return last ?? new Outcome(Ending.RefusedByBreaker, Fault.Upstream) { Refusal = refusal };
            }

            var call = new UpstreamCall(http, request, permit.Standing, upstream, key, ticket, tap, gate, time, revoked);
            var result = await call.RunAsync(client, keys, drains, options.Value, log);
            if (result is UpstreamCall.Result.KeyUnfit unfit)
            {
                tried.Add(key.Key);
                last = unfit.Outcome;
                continue;
            }

            return ((UpstreamCall.Result.Final)result).Outcome;
        }
    }

    // A count of tokens is free and has its own limits upstream: it neither opens a breaker nor stops at one.
    private BreakerTicket? Enter(AcceptedRequest request, string? model, out Refusal? refusal)
    {
        refusal = null;
        if (request.Route.Kind is RouteKind.CountTokens)
        {
            return null;
        }

        switch (breakers.Enter(upstream.Name, model))
        {
            case BreakerEntry.Allowed allowed:
                return allowed.Ticket;
            case BreakerEntry.Refused open:
                refusal = Refusal.BreakerOpen(open.Which is BreakerScope.Model ? $"model {model}" : "any model", open.RetryAfter);
                return null;
            default:
                throw new InvalidOperationException("Unknown answer of the breakers.");
        }
    }

    private Outcome NoKey(KeyChoice choice) => new(Ending.NoKey, Fault.Gateway)
    {
        Refusal = choice is KeyChoice.AllResting { Because: RestReason.RateLimited } resting
            ? Refusal.UpstreamLimited(resting.Until - time.GetUtcNow())
            : Refusal.UpstreamRefusesKey(),
    };
}
