using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Storage.Memory;

/// <summary>
/// The arithmetic of <see cref="ICounters"/>' windows, in integers: the scripts of Redis say the same.
/// Not thread-safe: the counters hold their lock.
/// </summary>
internal sealed class SlidingWindow
{
    // Oldest first. Their spans don't overlap, so a moment lies in one slice at most.
    private Slice[] _slices = new Slice[1];
    private int _count;

    public long Used { get; private set; }

    /// <summary>Lets what is a whole window old go. Everything below expects to be called after it, with the same moment.</summary>
    public void Advance(long now, long window)
    {
        if (_count > 0 && _slices[_count - 1].Last > now)
        {
            // The clock went back. Ages stay as they were: neither a free window, nor one that never ends.
            var back = _slices[_count - 1].Last - now;
            for (var i = 0; i < _count; i++)
            {
                _slices[i].Opened -= back;
                _slices[i].Last -= back;
            }
        }

        var gone = 0;
        while (gone < _count && _slices[gone].Last + window <= now)
        {
            Used -= _slices[gone].Cost;
            gone++;
        }

        if (gone > 0)
        {
            Array.Copy(_slices, gone, _slices, 0, _count - gone);
            _count -= gone;
        }
    }

    public void Add(long now, long window, long cost)
    {
        if (cost <= 0)
        {
            return;
        }

        Used += cost;
        var width = (window + ICounters.SlicesPerWindow - 1) / ICounters.SlicesPerWindow;
        if (_count > 0 && now - _slices[_count - 1].Opened < width)
        {
            _slices[_count - 1].Last = now;
            _slices[_count - 1].Cost += cost;
            return;
        }

        if (_count == _slices.Length)
        {
            Array.Resize(ref _slices, _count * 2);
        }

        _slices[_count++] = new Slice { Opened = now, Last = now, Cost = cost };
    }

    /// <summary>Takes back from where it was taken; what has left the window already needs no giving back.</summary>
    public void GiveBack(long takenAt, long cost)
    {
        for (var i = 0; i < _count && cost > 0; i++)
        {
            if (_slices[i].Opened <= takenAt && takenAt <= _slices[i].Last)
            {
                var given = Math.Min(cost, _slices[i].Cost);
                _slices[i].Cost -= given;
                Used -= given;
                return;
            }
        }
    }

    /// <summary>Milliseconds until <paramref name="need"/> fits under the limit; 0 if it does.</summary>
    public long RetryAfter(long now, long window, long limit, long need)
    {
        var over = Used + need - limit;
        for (var i = 0; i < _count && over > 0; i++)
        {
            over -= _slices[i].Cost;
            if (over <= 0)
            {
                return _slices[i].Last + window - now;
            }
        }

        return 0;
    }

    /// <summary>Milliseconds until nothing is used; 0 if nothing is.</summary>
    public long ResetAfter(long now, long window)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_slices[i].Cost > 0)
            {
                return _slices[i].Last + window - now;
            }
        }

        return 0;
    }

    private struct Slice
    {
        /// <summary>When its first cost was taken.</summary>
        public long Opened;

        /// <summary>When its last cost was taken.</summary>
        public long Last;

        public long Cost;
    }
}
