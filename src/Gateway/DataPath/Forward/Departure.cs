namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>
/// Decides, once, what the client's leaving means for its call upstream: the end, or that the rest is read for nobody. Thread-safe: a client
/// leaves whenever it likes.
/// </summary>
internal sealed class Departure : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Drains _drains;
    private readonly CancellationTokenSource _giveUp;
    private readonly CancellationTokenRegistration _leaving;
    private bool _mayDrain;
    private bool _decided;
    private bool _draining;

    public Departure(Drains drains, TimeProvider time, CancellationToken clientGone)
    {
        _drains = drains;
        _giveUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _leaving = clientGone.UnsafeRegister(static self => ((Departure)self!).Left(), this);
    }

    /// <summary>Cancelled when the call upstream has to end because of the client: at once, or when a drain takes too long.</summary>
    public CancellationToken GiveUp => _giveUp.Token;

    /// <summary>For a client that has left: whether the rest of its answer is read.</summary>
    public bool Drains
    {
        get
        {
            lock (_gate)
            {
                if (!_decided)
                {
                    _decided = true;
                    _draining = _mayDrain && _drains.TryTake();
                    if (_draining)
                    {
                        _giveUp.CancelAfter(_drains.Timeout);
                    }
                }

                return _draining;
            }
        }
    }

    /// <summary>From now on there is something to read: a good answer whose end can be told has begun.</summary>
    public void MayDrain()
    {
        lock (_gate)
        {
            _mayDrain = true;
        }
    }

    /// <summary>The client gets the whole answer: what the upstream may still say is worth no wait.</summary>
    public void NothingLeft()
    {
        bool draining;
        lock (_gate)
        {
            _mayDrain = false;
            draining = _draining;
        }

        if (draining)
        {
            _giveUp.Cancel();
        }
    }

    public void Dispose()
    {
        _leaving.Dispose();
        _giveUp.Dispose();
        lock (_gate)
        {
            _decided = true;
            if (_draining)
            {
                _draining = false;
                _drains.Return();
            }
        }
    }

    private void Left()
    {
        if (!Drains)
        {
            _giveUp.Cancel();
        }
    }
}
