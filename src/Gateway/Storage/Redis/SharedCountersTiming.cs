namespace Latchkey.Gateway.Storage.Redis;

/// <summary>How long Redis may take, and how long it is left alone when it doesn't answer. Not configurable: tests set it.</summary>
internal sealed record SharedCountersTiming
{
    /// <summary>The longest that a request waits for Redis: with what a busy machine adds, under 50 ms.</summary>
    public TimeSpan Bound { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>How often Redis is looked after in the background.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long Redis is left alone after a failure; twice as long after each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long Redis must have answered for its next failure to count as a first one.</summary>
    public TimeSpan Steady { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often slots in gauges are renewed.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromSeconds(30);
}
