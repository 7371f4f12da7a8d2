namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>Messages 41xx. A breaker without a model is a host's.</summary>
internal static partial class BreakerLog
{
    [LoggerMessage(4101, LogLevel.Warning, "Breaker {Upstream}/{Model} opened for {Pause}: {Failures} calls in a row failed")]
    public static partial void BreakerOpened(this ILogger logger, string upstream, string model, TimeSpan pause, int failures);

    [LoggerMessage(4102, LogLevel.Warning, "Breaker {Upstream}/{Model} opened for {Pause}: the upstream is overloaded")]
    public static partial void BreakerOpenedOverloaded(this ILogger logger, string upstream, string model, TimeSpan pause);

    [LoggerMessage(4103, LogLevel.Information, "Breaker {Upstream}/{Model} is half-open: sending a probe")]
    public static partial void BreakerHalfOpen(this ILogger logger, string upstream, string model);

    [LoggerMessage(4104, LogLevel.Information, "Breaker {Upstream}/{Model} closed")]
    public static partial void BreakerClosed(this ILogger logger, string upstream, string model);

    [LoggerMessage(4105, LogLevel.Warning, "Breaker {Upstream}/{Model} was reset by an operator")]
    public static partial void BreakerReset(this ILogger logger, string upstream, string model);

    [LoggerMessage(4106, LogLevel.Warning, "All {MaxModels} breakers are in use and none is closed: further models are guarded by their host's breaker only")]
    public static partial void BreakersFull(this ILogger logger, int maxModels);
}
