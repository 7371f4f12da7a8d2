namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>May this call go? With <see cref="Allowed"/> false, <see cref="RetryAfter"/> says when to ask again.</summary>
/// <param name="Allowed">The call may go, and its end must be reported.</param>
/// <param name="Opening">The opening after which the call was admitted: what is reported after a later one is old news.</param>
/// <param name="Probe">Number of the probe; 0 for a call through a closed breaker.</param>
/// <param name="RetryAfter">Time until the next chance; above zero when refused.</param>
/// <param name="Change">What asking did to the breaker.</param>
internal readonly record struct Admission(bool Allowed, long Opening, long Probe, TimeSpan RetryAfter, BreakerChange? Change);

/// <summary>A change of state, for the log.</summary>
internal sealed record BreakerChange(CircuitState To, TimeSpan Pause, bool Overloaded, int Failures);

/// <summary>What a breaker looks like from outside. <see cref="Pause"/> is what is left of it, zero unless open.</summary>
internal readonly record struct CircuitReading(CircuitState State, int FailureCount, int SuccessCount, TimeSpan Pause);

/// <summary>
/// The state machine of one breaker: closed, open for a pause, half-open with one probe at a time. Does no I/O and never
/// waits; thread-safe. Changes of state are returned, so that nothing is logged under the lock.
/// </summary>
internal sealed class CircuitBreaker(BreakerOptions options, TimeProvider clock, Func<double> random)
{
    private readonly Lock _gate = new();
    private readonly OverloadWindow _window = new(options, clock);
    private readonly OverloadPause _overloadPause = new(options, random);
    private CircuitState _state;
    private long _opening;
    private long _nextAttempt;
    private long _lastProbe;
    private long _probeInFlight;
    private int _successes;

    // Failures in a row, in two parts. A first byte proves the upstream well for a call that got none, but not for a stream that
    // was cut later: streams that all begin and are all cut would reset one common count for ever. Waiting for the end of a
    // good stream instead would open on a few early failures while hundreds of long streams are running well.
    private int _unanswered;
    private int _cut;

    public Admission Enter()
    {
        lock (_gate)
        {
            if (_state == CircuitState.Closed)
            {
                return new Admission(true, _opening, 0, default, null);
            }

            var left = clock.Left(_nextAttempt);
            if (left > TimeSpan.Zero)
            {
                return new Admission(false, _opening, 0, left, null);
            }

            if (_probeInFlight != 0)
            {
                return new Admission(false, _opening, 0, options.ProbeInterval, null);
            }

            var change = _state == CircuitState.Open ? new BreakerChange(CircuitState.HalfOpen, default, false, Failures_NeedsLock()) : null;
            _state = CircuitState.HalfOpen;
            _probeInFlight = ++_lastProbe;
            _nextAttempt = clock.StampIn(options.ProbeInterval);
            return new Admission(true, _opening, _probeInFlight, default, change);
        }
    }

    /// <summary>Gives an admission back unused: the call never went, so the next one may probe at once.</summary>
    public void Withdraw(in Admission admission)
    {
        lock (_gate)
        {
            if (ReleaseProbe_NeedsLock(admission))
            {
                _nextAttempt = clock.GetTimestamp();
            }
        }
    }

    /// <summary>The first byte of a valid response: enough for a probe. The end is still to be reported.</summary>
    public BreakerChange? Answered(in Admission admission)
    {
        lock (_gate)
        {
            if (admission.Opening != _opening)
            {
                return null;
            }

            _unanswered = 0;
            _window.CountCall();
            return CountProbe_NeedsLock(admission);
        }
    }

    /// <summary>The end of a call. <paramref name="answered"/>: <see cref="Answered"/> was reported for it.</summary>
    public BreakerChange? Complete(in Admission admission, CallOutcome outcome, bool answered)
    {
        lock (_gate)
        {
            if (admission.Opening != _opening)
            {
                return null;
            }

            if (outcome == CallOutcome.Neutral)
            {
                ReleaseProbe_NeedsLock(admission);
                return null;
            }

            if (!answered)
            {
                _window.CountCall();
            }

            return outcome switch
            {
                CallOutcome.Success => Succeed_NeedsLock(admission, answered),
                CallOutcome.Overloaded => Overload_NeedsLock(),
                _ => Fail_NeedsLock(answered),
            };
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            // Calls under way when the operator said "all is well" know nothing of what was repaired.
            _opening++;
            Close_NeedsLock();
        }
    }

    public CircuitReading Read()
    {
        lock (_gate)
        {
            var pause = _state == CircuitState.Open ? clock.Left(_nextAttempt) : TimeSpan.Zero;
            var state = _state == CircuitState.Open && pause == TimeSpan.Zero ? CircuitState.HalfOpen : _state;
            return new CircuitReading(state, Failures_NeedsLock(), _successes, pause);
        }
    }

    private BreakerChange? Succeed_NeedsLock(in Admission admission, bool answered)
    {
        _unanswered = 0;
        _cut = 0;
        return answered ? null : CountProbe_NeedsLock(admission);
    }

    private BreakerChange? Fail_NeedsLock(bool answered)
    {
        if (answered)
        {
            _cut++;
        }
        else
        {
            _unanswered++;
        }

        var open = _state == CircuitState.HalfOpen || Failures_NeedsLock() >= options.FailuresToOpen;
        return open ? Open_NeedsLock(options.OpenDuration, overloaded: false) : null;
    }

    private BreakerChange? Overload_NeedsLock()
    {
        _window.CountOverloaded();
        var open = _state == CircuitState.HalfOpen || _window.IsOverloaded();
        return open ? Open_NeedsLock(_overloadPause.Next(), overloaded: true) : null;
    }

    private BreakerChange? CountProbe_NeedsLock(in Admission admission)
    {
        if (!ReleaseProbe_NeedsLock(admission) || ++_successes < options.SuccessesToClose)
        {
            return null;
        }

        Close_NeedsLock();
        return new BreakerChange(CircuitState.Closed, default, false, 0);
    }

    private bool ReleaseProbe_NeedsLock(in Admission admission)
    {
        if (admission.Probe == 0 || admission.Probe != _probeInFlight)
        {
            return false;
        }

        _probeInFlight = 0;
        return true;
    }

    private BreakerChange Open_NeedsLock(TimeSpan pause, bool overloaded)
    {
        _state = CircuitState.Open;
        _opening++;
        _probeInFlight = 0;
        _successes = 0;
        _nextAttempt = clock.StampIn(pause);
        _window.Clear();
        return new BreakerChange(CircuitState.Open, pause, overloaded, Failures_NeedsLock());
    }

    private void Close_NeedsLock()
    {
        _state = CircuitState.Closed;
        _probeInFlight = 0;
        _successes = 0;
        _unanswered = 0;
        _cut = 0;
        _window.Clear();
        _overloadPause.Restart();
    }

    private int Failures_NeedsLock() => _unanswered + _cut;
}
