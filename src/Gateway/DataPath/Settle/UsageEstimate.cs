using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Measure;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>
/// What an exchange used, as far as it can be known: the upstream's own figures, and an estimate where they didn't come. Nothing that
/// may have been billed counts as free.
/// </summary>
/// <param name="Usage">The figures.</param>
/// <param name="Quality">How sure they are.</param>
/// <param name="Reason">Why they are an estimate; null unless they are one.</param>
internal sealed record UsageEstimate(Usage Usage, UsageQuality Quality, string? Reason)
{
    /// <summary>Bytes of delivered text for an output token, where the upstream didn't live to tell: the official gateway's figure.</summary>
    private const int BytesPerToken = 4;

    private static readonly UsageEstimate Nothing = new(Usage.None, UsageQuality.None, null);

    /// <summary>Makes it out of what the stages know.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="mostInput">Input tokens that money is held for; null for no bound.</param>
    /// <param name="measured">What was seen of the answer.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="ending">The outcome's ending, by the row's name.</param>
    public static UsageEstimate Of(AcceptedRequest request, long? mostInput, Measured measured, Outcome outcome, string ending)
    {
        if (!request.Route.Billable || !MayBeBilled(outcome))
        {
            return Nothing;
        }

        var reading = measured.Reading;
        if (reading is { UsageSeen: true })
        {
            return reading is { OutputIsFinal: true, Complete: true } && !measured.Unreadable
                ? new UsageEstimate(reading.Usage, UsageQuality.Actual, null)
                : new UsageEstimate(WithDelivered(request, reading), UsageQuality.Estimated, measured.Unreadable ? "unreadable" : ending);
        }

        return request.Route.Kind switch
        {
            // A batch's own answer has no usage: its results have.
            RouteKind.BatchCreate => Nothing,

            // An operator's own route, whose answers needn't have any.
            RouteKind.Other => new UsageEstimate(Usage.None, UsageQuality.Estimated, "unreadable"),

            // Broken before it began: Claude says so instead of beginning.
            _ when outcome.Ending is Ending.ErrorEvent => Nothing,
            _ => new UsageEstimate(
                Usage.None with { InputTokens = Math.Min(RateLimits.EstimateInputTokens(request.Body?.Length ?? 0), mostInput ?? long.MaxValue), OutputTokens = TokensOf(request, measured.Bytes) },
                UsageQuality.Estimated,
                outcome.Ending is Ending.Completed ? "unreadable" : ending),
        };
    }

    /// <summary>Whether Claude was at work: it answered well, or was still silent when somebody gave up.</summary>
    private static bool MayBeBilled(Outcome outcome) => outcome.UpstreamStatus is { } status
        ? status is >= 200 and < 300
        : outcome.Ending is Ending.ClientGone or Ending.TimedOut or Ending.CutByRevocation or Ending.Crashed;

    /// <summary>A stream that broke off has only a placeholder for its output: what was delivered says more.</summary>
    private static Usage WithDelivered(AcceptedRequest request, UsageReading reading)
    {
        var delivered = AtMost(request, TokensOf(reading.DeliveredContentBytes) + reading.EstimatedThinkingTokens);
        return delivered > reading.Usage.OutputTokens ? reading.Usage with { OutputTokens = delivered } : reading.Usage;
    }

    private static long TokensOf(AcceptedRequest request, long bytes) => AtMost(request, TokensOf(bytes));

    /// <summary>
    /// No answer is longer than it was allowed to be, whatever its bytes look like: strict budgets hold no more than that. With server tools it
    /// may be several answers in one.
    /// </summary>
    private static long AtMost(AcceptedRequest request, long tokens) =>
        request.Peeked is { HasServerTools: false, OutputTokenCeiling: > 0 and var most } ? Math.Min(tokens, most) : tokens;

    private static long TokensOf(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;
}
