using System.Diagnostics.CodeAnalysis;
using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Storage.Memory;

/// <summary>The counters of one gateway. Slots in gauges need no lease here: they die with their owner.</summary>
/// <remarks>
/// One lock for all keys: a claim touches a few keys at once, and the section takes well under a microsecond a key.
/// Idle windows are dropped without a sweep: those in use live in the young generation, and when a generation is as old as the
/// longest window, whatever nobody moved out of the old one is empty.
/// </remarks>
internal sealed class MemoryCounters : ICounters
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly Dictionary<string, HashSet<string>> _gauges = [];
    private Dictionary<string, SlidingWindow> _young = [];
    private Dictionary<string, SlidingWindow> _old = [];
    private long _youngSince;
    private long _longestWindow;

    public MemoryCounters(TimeProvider clock)
    {
        _clock = clock;
        _started = clock.GetTimestamp();
        Health = new CounterHealth(Shared: true, Warning: null, clock.GetUtcNow());
    }

    public CounterHealth Health { get; }

    /// <summary>How many keys are held.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _young.Count + _old.Count + _gauges.Count;
            }
        }
    }

    /// <summary>The longest window that was ever taken from: what is older counts nowhere.</summary>
    public TimeSpan LongestWindow => TimeSpan.FromMilliseconds(Volatile.Read(ref _longestWindow));

    public ValueTask<CounterAnswer> TakeAsync(CounterClaim claim, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Take(claim));
    }

    public ValueTask SettleAsync(CounterTicket ticket, ReadOnlyMemory<long> actual)
    {
        if (ticket.TryClose())
        {
            Settle(ticket, actual.Span);
        }

        return ValueTask.CompletedTask;
    }

    public CounterAnswer Take(CounterClaim claim)
    {
        var entries = claim.Entries;
        var figures = new CounterFigure[entries.Count];
        var refusedBy = -1;
        lock (_lock)
        {
            // Read under the lock: a moment read before it could be older than what a parallel request just wrote.
            var now = Now();
            for (var i = 0; i < entries.Count; i++)
            {
                figures[i] = Look_NeedsLock(entries[i], claim.PermitId, now);
                if (figures[i].RetryAfter > TimeSpan.Zero && (refusedBy < 0 || figures[i].RetryAfter > figures[refusedBy].RetryAfter))
                {
                    refusedBy = i;
                }
            }

            if (refusedBy >= 0)
            {
                return new CounterAnswer.Refused(refusedBy, figures);
            }

            for (var i = 0; i < entries.Count; i++)
            {
                figures[i] = Take_NeedsLock(entries[i], claim.PermitId, now);
            }

            return new CounterAnswer.Granted(new CounterTicket(claim, now), figures);
        }
    }

    /// <summary>For who has closed the ticket.</summary>
    public void Settle(CounterTicket ticket, ReadOnlySpan<long> actual)
    {
        var entries = ticket.Claim.Entries;
        lock (_lock)
        {
            var now = Now();
            for (var i = 0; i < entries.Count; i++)
            {
                var entry = entries[i];
                if (entry.Kind is CounterKind.Gauge)
                {
                    Leave_NeedsLock(entry.Key, ticket.Claim.PermitId);
                    continue;
                }

                var delta = actual[i] - entry.Cost;
                if (delta != 0)
                {
                    var millis = Millis(entry.Window);
                    var window = Window_NeedsLock(entry.Key, millis, now);
                    window.Advance(now, millis);
                    window.Add(now, millis, delta);
                    window.GiveBack(ticket.GrantedAt, -delta);
                }
            }
        }
    }

    private static long Millis(TimeSpan window) => (long)window.TotalMilliseconds;

    private long Now() => (long)_clock.GetElapsedTime(_started).TotalMilliseconds;

    private CounterFigure Look_NeedsLock(CounterEntry entry, string permitId, long now)
    {
        if (entry.Kind is CounterKind.Gauge)
        {
            var inside = _gauges.TryGetValue(entry.Key, out var holders) ? holders.Count : 0;
            var free = inside < entry.Limit || holders!.Contains(permitId);
            return Gauge(entry, inside, free);
        }

        var millis = Millis(entry.Window);
        if (!TryFind_NeedsLock(entry.Key, out var window))
        {
            return new CounterFigure(entry.Limit, entry.Limit, TimeSpan.Zero, TimeSpan.Zero);
        }

        window.Advance(now, millis);
        return Figure(entry, window, now, window.RetryAfter(now, millis, entry.Limit, entry.Need));
    }

    private CounterFigure Take_NeedsLock(CounterEntry entry, string permitId, long now)
    {
        if (entry.Kind is CounterKind.Gauge)
        {
            if (!_gauges.TryGetValue(entry.Key, out var holders))
            {
                _gauges[entry.Key] = holders = [];
            }

            holders.Add(permitId);
            return Gauge(entry, holders.Count, free: true);
        }

        var millis = Millis(entry.Window);
        var window = Window_NeedsLock(entry.Key, millis, now);
        window.Add(now, millis, entry.Cost);
        return Figure(entry, window, now, retryAfter: 0);
    }

    private static CounterFigure Gauge(CounterEntry entry, int inside, bool free) => new(
        entry.Limit,
        Math.Max(0, entry.Limit - inside),
        inside == 0 ? TimeSpan.Zero : ICounters.GaugeRetry,
        free ? TimeSpan.Zero : ICounters.GaugeRetry);

    private static CounterFigure Figure(CounterEntry entry, SlidingWindow window, long now, long retryAfter) => new(
        entry.Limit,
        Math.Max(0, entry.Limit - window.Used),
        TimeSpan.FromMilliseconds(window.ResetAfter(now, Millis(entry.Window))),
        TimeSpan.FromMilliseconds(retryAfter));

    private void Leave_NeedsLock(string key, string permitId)
    {
        if (_gauges.TryGetValue(key, out var holders) && holders.Remove(permitId) && holders.Count == 0)
        {
            _gauges.Remove(key);
        }
    }

    private SlidingWindow Window_NeedsLock(string key, long millis, long now)
    {
        _longestWindow = Math.Max(_longestWindow, millis);
        if (now - _youngSince >= _longestWindow)
        {
            (_old, _young) = (_young, []);
            _youngSince = now;
        }

        if (_young.TryGetValue(key, out var window))
        {
            return window;
        }

        window = _old.Remove(key, out var found) ? found : new SlidingWindow();
        _young.Add(key, window);
        return window;
    }

    private bool TryFind_NeedsLock(string key, [NotNullWhen(true)] out SlidingWindow? window) =>
        _young.TryGetValue(key, out window) || _old.TryGetValue(key, out window);
}
