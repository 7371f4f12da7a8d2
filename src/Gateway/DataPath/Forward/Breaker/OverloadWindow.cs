namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>How many calls were answered in the last so many seconds, and how many of them with "overloaded". Not thread-safe.</summary>
internal sealed class OverloadWindow(BreakerOptions options, TimeProvider clock)
{
    private const int Buckets = 10;

    private readonly int[] _calls = new int[Buckets];
    private readonly int[] _overloaded = new int[Buckets];
    private readonly long _bucketTicks = Math.Max(1, options.OverloadWindow.ToStamp(clock) / Buckets);
    private long _newest = long.MinValue;

    public void CountCall() => _calls[Current()]++;

    public void CountOverloaded() => _overloaded[Current()]++;

    /// <summary>Enough calls, and enough of them overloaded.</summary>
    public bool IsOverloaded()
    {
        Current();
        int calls = 0, overloaded = 0;
        for (var i = 0; i < Buckets; i++)
        {
            calls += _calls[i];
            overloaded += _overloaded[i];
        }

        return calls >= options.OverloadMinimumCalls && overloaded >= options.OverloadRatio * calls;
    }

    public void Clear()
    {
        Array.Clear(_calls);
        Array.Clear(_overloaded);
    }

    /// <summary>The bucket of this moment, with those emptied that time has passed over.</summary>
    private int Current()
    {
        var now = clock.GetTimestamp() / _bucketTicks;
        if (_newest == long.MinValue || now - _newest >= Buckets)
        {
            Clear();
            _newest = now;
        }

        while (_newest < now)
        {
            _newest++;
            _calls[_newest % Buckets] = 0;
            _overloaded[_newest % Buckets] = 0;
        }

        return (int)(_newest % Buckets);
    }
}
