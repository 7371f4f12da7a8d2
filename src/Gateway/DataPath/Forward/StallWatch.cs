namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>Cancels a wait for the upstream when it takes too long, or when it is of no use any more.</summary>
internal sealed class StallWatch : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;
    private TimeSpan _limit;

    /// <summary>Begins with the wait for the answer's head.</summary>
    public StallWatch(TimeSpan headLimit, TimeProvider time, CancellationToken giveUp, CancellationToken revoked = default)
    {
        _limit = headLimit;
        _timer = new CancellationTokenSource(headLimit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, giveUp, revoked);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Whether it was the time that ran out.</summary>
    public bool HasRunOut => _timer.IsCancellationRequested;

    /// <summary>From now on each wait may be this long.</summary>
    public void SetLimit(TimeSpan limit) => _limit = limit;

    /// <summary>Nobody waits for the upstream: what takes long now is the client's doing.</summary>
    public void Pause() => _timer.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>A new wait begins.</summary>
    public void Restart() => _timer.CancelAfter(_limit);

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
