using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Storage.Redis;

/// <summary>Whether Redis is asked, when it is tried again, and what an operator is told. Decides only.</summary>
internal sealed class SharedCountersState
{
    private readonly Lock _lock = new();
    private readonly SharedCountersTiming _timing;
    private readonly TimeProvider _clock;
    private volatile bool _answers;
    private CounterHealth _health;
    private long _changedAt;
    private TimeSpan _pause;
    private TimeSpan _nextPause;
    private int _losses;
    private long _lostAt;
    private TimeSpan _lostFor;

    public SharedCountersState(SharedCountersTiming timing, TimeProvider clock)
    {
        _timing = timing;
        _clock = clock;
        _nextPause = timing.FirstPause;
        _health = Alone("it isn't connected yet");
    }

    /// <summary>Requests ask Redis.</summary>
    public bool Answers => _answers;

    /// <summary>Redis may be probed: it answers, or its pause is over.</summary>
    public bool MayTry
    {
        get
        {
            lock (_lock)
            {
                return _answers || _clock.GetElapsedTime(_changedAt) >= _pause;
            }
        }
    }

    public CounterHealth Health
    {
        get
        {
            lock (_lock)
            {
                if (_answers && _health.Warning is not null && _clock.GetElapsedTime(_lostAt) >= _lostFor)
                {
                    _health = new CounterHealth(Shared: true, Warning: null, _clock.GetUtcNow());
                }

                return _health;
            }
        }
    }

    /// <summary>True if Redis answered until now.</summary>
    public bool Failed(string reason, bool isProbe)
    {
        lock (_lock)
        {
            // Of many requests that fail together the first counts: the pause grows by what happens after it.
            if (!_answers && !isProbe)
            {
                return false;
            }

            if (_answers && _clock.GetElapsedTime(_changedAt) >= _timing.Steady)
            {
                _nextPause = _timing.FirstPause;
            }

            _pause = _nextPause;
            _nextPause = TimeSpan.FromTicks(Math.Min(_nextPause.Ticks * 2, _timing.LongestPause.Ticks));
            _changedAt = _clock.GetTimestamp();
            var was = _answers;
            _answers = false;
            var since = _health.Since;
            _health = Alone(reason);
            if (!was)
            {
                _health = _health with { Since = since };
            }

            return was;
        }
    }

    /// <summary>True if Redis was away until now.</summary>
    public bool Recovered()
    {
        lock (_lock)
        {
            if (_answers)
            {
                return false;
            }

            _answers = true;
            _changedAt = _clock.GetTimestamp();
            _health = _clock.GetElapsedTime(_lostAt) < _lostFor ? Wide() : new CounterHealth(Shared: true, Warning: null, _clock.GetUtcNow());
            return true;
        }
    }

    /// <summary>True if Redis has lost what it counted since the last time. The warning stays until it would have been too old to count.</summary>
    public bool Lost(int losses, TimeSpan longestWindow)
    {
        lock (_lock)
        {
            if (losses == _losses)
            {
                return false;
            }

            _losses = losses;
            _lostAt = _clock.GetTimestamp();
            _lostFor = longestWindow;
            if (_answers)
            {
                _health = Wide();
            }

            return true;
        }
    }

    private CounterHealth Alone(string reason) =>
        new(Shared: false, $"Limits are counted by this gateway alone: Redis is configured, but {reason}.", _clock.GetUtcNow());

    private CounterHealth Wide() =>
        new(Shared: true, "Redis lost what it had counted: until a window has passed, each gateway's own counters hold the limits.", _clock.GetUtcNow());
}
