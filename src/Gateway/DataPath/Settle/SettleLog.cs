namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>What the stage Settle says; ids 6xxx.</summary>
internal static partial class SettleLog
{
    /// <summary>The one line of an exchange that was let in.</summary>
    public static void Settled(this ILogger logger, UsageEntry entry)
    {
        if (!logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        logger.Settled(
            entry.RequestId,
            entry.UpstreamRequestId,
            entry.DeviceId,
            entry.Route,
            entry.ModelAsked,
            entry.Status,
            entry.Ending,
            entry.Fault,
            entry.Usage.InputTokens,
            entry.Usage.OutputTokens,
            entry.Usage.CacheCreationInputTokens,
            entry.Usage.CacheReadInputTokens,
            entry.FirstByteAfter is { } firstByte ? Milliseconds(firstByte) : null,
            Milliseconds(entry.Latency));
    }

    [LoggerMessage(6002, LogLevel.Warning, "{RequestId} passed before it was written down: the disk took longer than {Patience}")]
    public static partial void PassedUnwritten(this ILogger logger, string requestId, TimeSpan patience);

    [LoggerMessage(
        6001,
        LogLevel.Information,
        "{RequestId} (upstream {UpstreamRequestId}) device {Device}: {Route} {Model} {Status} {Ending}, fault {Fault}; "
        + "tokens in {InputTokens} out {OutputTokens} cache write {CacheWriteTokens} read {CacheReadTokens}; "
        + "first byte {FirstByteMs} ms, total {LatencyMs} ms")]
    private static partial void Settled(
        this ILogger logger,
        string requestId,
        string? upstreamRequestId,
        string device,
        string route,
        string? model,
        int status,
        string ending,
        string fault,
        long inputTokens,
        long outputTokens,
        long cacheWriteTokens,
        long cacheReadTokens,
        decimal? firstByteMs,
        decimal latencyMs);

    /// <summary>With one digit after the point.</summary>
    private static decimal Milliseconds(TimeSpan time) => new((int)Math.Min(int.MaxValue, time.Ticks / (TimeSpan.TicksPerMillisecond / 10)), 0, 0, isNegative: false, scale: 1);

    [LoggerMessage(6010, LogLevel.Warning, "Budget {Budget} has reached {Percent} % of its limit")]
    public static partial void BudgetThreshold(this ILogger logger, string budget, int percent);
}
