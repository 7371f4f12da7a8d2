using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.DataPath.Measure;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>Makes the row of an exchange out of what the stages know of it. Decides only.</summary>
internal sealed class UsageRow(PriceBook prices, TimeProvider time)
{
    /// <summary>HTTP status for the row of a client that left before it got one; nginx's convention.</summary>
    private const int ClientClosedRequest = 499;

    /// <summary>Bytes of delivered text for an output token, where the upstream didn't live to tell: the official gateway's figure.</summary>
    private const int BytesPerToken = 4;

    /// <summary>The row that holds if the process dies now.</summary>
    public UsageEntry IfCrashed(AcceptedRequest request, Permit permit, Measured measured, Outcome begun) =>
        Of(request, permit, measured, begun with { Ending = Ending.Crashed, Fault = Fault.Gateway }) with
        {
            Quality = !request.Route.Billable ? UsageQuality.None
                : measured.Reading is { UsageSeen: true } ? UsageQuality.Partial
                : UsageQuality.Unread,
        };

    public UsageEntry Of(AcceptedRequest request, Permit permit, Measured measured, Outcome outcome)
    {
        var caller = permit.Caller;
        var reading = measured.Reading;
        var usage = request.Route.Billable && reading is { UsageSeen: true } ? Estimated(reading) : Usage.None;
        var charge = usage == Usage.None ? null
            // Reported, but not billed.
            : reading is { RefusedWithoutOutput: true } ? prices.Charge(reading, request.Peeked?.Model, batch: false)
            : prices.Charge(usage, request.Peeked?.Model, reading?.Model, batch: false);
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
            Usage = usage,
            Quality = QualityOf(request.Route, measured, outcome),
            CostNanoDollars = charge?.NanoDollars ?? 0,
            PriceVersion = prices.PriceVersion,
            Unpriced = charge is { Quality: ChargeQuality.Unpriced },
            Status = outcome.Refusal?.Status
                ?? outcome.UpstreamStatus
                ?? (outcome.Ending is Ending.ClientGone ? ClientClosedRequest : StatusCodes.Status500InternalServerError),
            UpstreamStatus = outcome.UpstreamStatus,
            Ending = NameOf(outcome.Ending),
            Abort = outcome.Abort?.ToString().ToLowerInvariant(),
            Fault = outcome.Fault.ToString().ToLowerInvariant(),
            ErrorType = reading?.ErrorType ?? outcome.Refusal?.Type ?? outcome.Cut?.Type ?? (outcome.AnswerBroken ? ClaudeErrors.Api : null),
            StopReason = reading?.StopReason,
            KeyFingerprint = outcome.KeyFingerprint,
            StartedAt = request.StartedAt,
            FirstByteAfter = outcome.FirstByteTicks is { } first ? time.GetElapsedTime(request.StartedTicks, first) : null,
            Latency = time.GetElapsedTime(request.StartedTicks),
            RequestBytes = request.Body?.Length ?? 0,
            ResponseBytes = measured.Bytes,
        };
    }

    /// <summary>A stream that broke off has only a placeholder for its output: what was delivered says more.</summary>
    private static Usage Estimated(UsageReading reading)
    {
        if (reading is { OutputIsFinal: true, Complete: true })
        {
            return reading.Usage;
        }

        var delivered = ((reading.DeliveredContentBytes + BytesPerToken - 1) / BytesPerToken) + reading.EstimatedThinkingTokens;
        return delivered > reading.Usage.OutputTokens ? reading.Usage with { OutputTokens = delivered } : reading.Usage;
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
        Ending.CutByBudget => "cut_by_budget",
        Ending.RefusedByBreaker => "refused_by_breaker",
        Ending.NoKey => "no_key",
        Ending.Crashed => "crashed",
        _ => throw new ArgumentOutOfRangeException(nameof(ending), ending, null),
    };
}
