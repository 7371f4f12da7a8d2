using Latchkey.Gateway.DataPath.Forward.Breaker;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>What the stage Forward says; ids 40xx (its breakers 41xx, its keys 42xx).</summary>
internal static partial class ForwardLog
{
    [LoggerMessage(4001, LogLevel.Warning, "{RequestId}: no answer from {Upstream} ({Failure})")]
    public static partial void Unanswered(this ILogger logger, string requestId, string upstream, TransportFailure failure);

    [LoggerMessage(4002, LogLevel.Warning, "{RequestId}: {Upstream} answered with status {Status}, which isn't relayed")]
    public static partial void OddStatus(this ILogger logger, string requestId, string upstream, int status);
}
