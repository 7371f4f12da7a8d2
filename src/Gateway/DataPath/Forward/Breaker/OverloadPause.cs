namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>The pauses of an upstream that stays overloaded: each twice the one before, up to a limit. Not thread-safe.</summary>
/// <param name="options">First and longest pause.</param>
/// <param name="random">0 (inclusive) to 1: how much of the largest shortening to take, so that gateways don't come back together.</param>
internal sealed class OverloadPause(BreakerOptions options, Func<double> random)
{
    private const double LargestShortening = 0.25;

    private TimeSpan _next = options.OverloadPause;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = pause * 2 < options.OverloadMaxPause ? pause * 2 : options.OverloadMaxPause;
        return pause * (1 - (LargestShortening * random()));
    }

    public void Restart() => _next = options.OverloadPause;
}
