using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.DataPath.Measure;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>Makes the row of an exchange out of what the stages know of it. Decides only.</summary>
internal sealed class UsageRow(PriceBooks books, TimeProvider time)
{
    /// <summary>HTTP status for the row of a client that left before it got one; nginx's convention.</summary>
    private const int ClientClosedRequest = 499;

    private const string UnknownModel = "unknown";

    /// <summary>The row that holds if the process dies now.</summary>
    public UsageEntry IfCrashed(AcceptedRequest request, Permit permit, Measured measured, Outcome begun) =>
        Of(request, permit, measured, begun with { Ending = Ending.Crashed, Fault = Fault.Gateway });

    public UsageEntry Of(AcceptedRequest request, Permit permit, Measured measured, Outcome outcome)
    {
        // One book for the whole row, whatever is swapped meanwhile.
        var prices = books.Current;
        var caller = permit.Caller;
        var reading = measured.Reading;
        var ending = NameOf(outcome.Ending);
        var (usage, quality, reason) = UsageEstimate.Of(request, permit.Reservation.InputTokens, measured, outcome, ending);
        var asked = request.Peeked?.Model;
        var charge = usage == Usage.None ? null
            // Reported, but not billed.
            : reading is { RefusedWithoutOutput: true } ? prices.Charge(reading, asked, batch: false)
            : prices.Charge(usage, asked, reading?.Model, batch: false);
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
            ClientParentAgentId = request.ClientParentAgentId,
            Route = request.Route.Id,
            Stream = request.Peeked?.Stream ?? false,
            Model = Billed(prices, asked, reading?.Model),
            ModelAsked = asked,
            ModelAnswered = reading?.Model,
            Usage = usage,
            Quality = quality,
            QualityReason = reason,
            CostNanoDollars = charge?.NanoDollars ?? 0,
            PriceVersion = prices.PriceVersion,
            Unpriced = charge is { Quality: ChargeQuality.Unpriced },
            Status = outcome.Refusal?.Status
                ?? outcome.UpstreamStatus
                ?? (outcome.Ending is Ending.ClientGone ? ClientClosedRequest : StatusCodes.Status500InternalServerError),
            UpstreamStatus = outcome.UpstreamStatus,
            Ending = ending,
            Abort = outcome.Abort is { } abort ? NameOf(abort) : null,
            Fault = NameOf(outcome.Fault),
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

    /// <summary>A name that clients can't invent: what was asked for counts only if the book knows it.</summary>
    private static string Billed(PriceBook prices, string? asked, string? answered) =>
        prices.TryFind(answered, out var known) ? known.Id
        : !string.IsNullOrWhiteSpace(answered) ? ModelId.Normalize(answered)
        : prices.TryFind(asked, out known) ? known.Id
        : UnknownModel;

    private static string NameOf(Ending ending) => ending switch
    {
        Ending.NotSent => "not_sent",
        Ending.Completed => "completed",
        Ending.ClientGone => "client_gone",
        Ending.UpstreamBroke => "upstream_broke",
        Ending.TimedOut => "timed_out",
        Ending.ErrorEvent => "error_event",
        Ending.CutByBudget => "cut_by_budget",
        Ending.CutByRevocation => "cut_by_revocation",
        Ending.RefusedByBreaker => "refused_by_breaker",
        Ending.NoKey => "no_key",
        Ending.Crashed => "crashed",
        _ => throw new ArgumentOutOfRangeException(nameof(ending), ending, null),
    };

    private static string NameOf(Abort abort) => abort switch
    {
        Abort.Cancelled => "cancelled",
        Abort.Drained => "drained",
        _ => throw new ArgumentOutOfRangeException(nameof(abort), abort, null),
    };

    private static string NameOf(Fault fault) => fault switch
    {
        Fault.None => "none",
        Fault.Client => "client",
        Fault.Gateway => "gateway",
        Fault.Upstream => "upstream",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
