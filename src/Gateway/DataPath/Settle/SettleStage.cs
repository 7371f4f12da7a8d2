using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Measure;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>6 Settle: close the permit with the truth and write it down.</summary>
internal sealed class SettleStage(IUsageLedger ledger, IOwnership ownership, ExchangeMetrics metrics, TimeProvider time, ILogger<SettleStage> log)
{
    /// <summary>HTTP status for the row of a client that left before it got one; nginx's convention.</summary>
    private const int ClientClosedRequest = 499;

    /// <summary>Exactly one row for every exchange that was let in, whatever its end.</summary>
    public async Task CloseAsync(HttpContext http, AcceptedRequest request, Permit permit, Measured measured, Outcome outcome)
    {
        var entry = RowOf(http, request, permit, measured, outcome);
        ledger.Append(entry);
        await permit.CloseAsync(entry.Usage.InputTokens + entry.Usage.CacheCreationInputTokens, entry.Usage.OutputTokens);
        metrics.Record(entry);
        log.Settled(entry);
    }

    /// <summary>
    /// Remembers whose batch or file the answer has just made; before the client learns its id, and also when it has left: the
    /// thing exists.
    /// </summary>
    public async ValueTask RecordOwnerAsync(AcceptedRequest request, Permit permit, Measured measured)
    {
        OwnedKind? kind = request.Route.Kind switch
        {
            RouteKind.BatchCreate => OwnedKind.Batch,
            RouteKind.FileCreate => OwnedKind.File,
            _ => null,
        };
        if (kind is { } made && measured.Reading?.MessageId is { } id)
        {
            await ownership.RecordAsync(permit.Caller.DeviceId, made, id, CancellationToken.None);
        }
    }

    private UsageEntry RowOf(HttpContext http, AcceptedRequest request, Permit permit, Measured measured, Outcome outcome)
    {
        var caller = permit.Caller;
        var reading = measured.Reading;
        var billed = request.Route.Billable && reading is { UsageSeen: true };
        return new UsageEntry
        {
            RequestId = request.Id,
            UpstreamRequestId = outcome.UpstreamRequestId,
            DeviceId = caller.DeviceId,
            UserId = caller.UserId,
            OrgId = caller.OrgId,
            SessionId = caller.SessionId,
            ClientSessionId = request.ClientSessionId,
            ClientAgentId = request.ClientAgentId,
            Route = request.Route.Id,
            Stream = request.Peeked?.Stream ?? false,
            ModelAsked = request.Peeked?.Model,
            ModelAnswered = reading?.Model,
            Usage = billed ? reading!.Usage : Usage.None,
            Quality = QualityOf(request.Route, measured, outcome),
            Status = outcome switch
            {
                { Refusal: { } refusal } => refusal.Status,
                { Ending: Ending.ClientGone } when !http.Response.HasStarted => ClientClosedRequest,
                { Ending: Ending.NotSent } => StatusCodes.Status500InternalServerError,
                _ => http.Response.StatusCode,
            },
            UpstreamStatus = outcome.UpstreamStatus,
            Ending = NameOf(outcome.Ending),
            Fault = outcome.Fault.ToString().ToLowerInvariant(),
            ErrorType = reading?.ErrorType ?? outcome.Refusal?.Type ?? (outcome.AnswerBroken ? ClaudeErrors.Api : null),
            StopReason = reading?.StopReason,
            KeyFingerprint = outcome.KeyFingerprint,
            StartedAt = request.StartedAt,
            FirstByteAfter = outcome.FirstByteTicks is { } first ? time.GetElapsedTime(request.StartedTicks, first) : null,
            Latency = time.GetElapsedTime(request.StartedTicks),
            RequestBytes = request.Body?.Length ?? 0,
            ResponseBytes = measured.Bytes,
        };
    }

    private static UsageQuality QualityOf(ApiRoute route, Measured measured, Outcome outcome)
    {
        if (!route.Billable || outcome.UpstreamStatus is not (>= 200 and < 300))
        {
            return UsageQuality.None;
        }

        return measured switch
        {
            { Unreadable: true } or { Reading: null } => UsageQuality.Unread,
            // A batch's own answer has no usage: its results have.
            { Reading.UsageSeen: false } => route.Kind is RouteKind.BatchCreate ? UsageQuality.None : UsageQuality.Unread,
            { Reading: { OutputIsFinal: true, Complete: true } } => UsageQuality.Actual,
            _ => UsageQuality.Partial,
        };
    }

    private static string NameOf(Ending ending) => ending switch
    {
        Ending.NotSent => "not_sent",
        Ending.Completed => "completed",
        Ending.ClientGone => "client_gone",
        Ending.UpstreamBroke => "upstream_broke",
        Ending.TimedOut => "timed_out",
        Ending.ErrorEvent => "error_event",
        Ending.RefusedByBreaker => "refused_by_breaker",
        Ending.NoKey => "no_key",
        _ => throw new ArgumentOutOfRangeException(nameof(ending), ending, null),
    };
}
