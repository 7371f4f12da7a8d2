namespace Latchkey.Gateway.DataPath.Authorize;

internal enum CounterKind
{
    /// <summary>How much in the last window.</summary>
    Window,

    /// <summary>How many at this moment.</summary>
    Gauge,
}

/// <summary>One limit that a request takes from.</summary>
internal sealed record CounterEntry
{
    private CounterEntry(string key, CounterKind kind, long limit, long cost, TimeSpan window)
    {
        Key = key;
        Kind = kind;
        Limit = limit;
        Cost = cost;
        Window = window;
    }

    /// <summary>What is counted, such as <c>requests:device-7</c>; distinct within a claim.</summary>
    public string Key { get; }

    public CounterKind Kind { get; }

    public long Limit { get; }

    public long Cost { get; }

    /// <summary>Length of the window in whole milliseconds; zero for a gauge.</summary>
    public TimeSpan Window { get; }

    /// <summary>What must be free for the entry to be granted: a cost of 0 takes nothing, but is refused when nothing is left.</summary>
    public long Need => Math.Max(Cost, 1);

    /// <exception cref="ArgumentOutOfRangeException">The cost could never fit, or the window isn't at least a millisecond.</exception>
    public static CounterEntry OfWindow(string key, long limit, long cost, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cost, limit);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.FromMilliseconds(1));
        return new CounterEntry(key, CounterKind.Window, limit, cost, window);
    }

    /// <exception cref="ArgumentOutOfRangeException">The limit isn't at least 1.</exception>
    public static CounterEntry OfGauge(string key, long limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return new CounterEntry(key, CounterKind.Gauge, limit, 1, TimeSpan.Zero);
    }
}
