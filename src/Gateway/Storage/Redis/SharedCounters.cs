using System.Collections.Concurrent;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Memory;
using StackExchange.Redis;

namespace Latchkey.Gateway.Storage.Redis;

/// <summary>
/// The counters of a gateway that shares its limits. Its own counters take first and always, so that a Redis that is away, frozen or
/// flushed never opens a limit; Redis decides on top. A request waits for it once, and briefly: then this gateway counts alone until
/// Redis answers a probe again.
/// </summary>
/// <remarks>What was granted while Redis was away is never told to it: for one window after, limits may be wider than configured.</remarks>
internal sealed class SharedCounters : ICounters
{
    private const int RenewedAtOnce = 500;

    private readonly MemoryCounters _own;
    private readonly RedisLink _link;
    private readonly SharedCountersTiming _timing;
    private readonly TimeProvider _clock;
    private readonly ILogger<SharedCounters> _logger;
    private readonly SharedCountersState _state;

    // Permits with slots in gauges: to be renewed until they are settled.
    private readonly ConcurrentDictionary<string, CounterClaim> _inside = [];

    // Settlements that Redis has missed. Older than a lease they mean nothing, so an outage doesn't pile them up.
    private readonly ConcurrentQueue<Owed> _owed = [];

    private volatile RedisCounters? _redis;
    private long _renewedAt;

    public SharedCounters(
        MemoryCounters own, RedisLink link, SharedCountersTiming timing, TimeProvider clock, ILogger<SharedCounters> logger)
    {
        _own = own;
        _link = link;
        _timing = timing;
        _clock = clock;
        _logger = logger;
        _state = new SharedCountersState(timing, clock);
        _renewedAt = clock.GetTimestamp();
    }

    public CounterHealth Health => _state.Health;

    public async ValueTask<CounterAnswer> TakeAsync(CounterClaim claim, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var own = _own.Take(claim);
        if (own is not CounterAnswer.Granted { Ticket: var ticket })
        {
            return own;
        }

        if (claim.HasGauge)
        {
            _inside[claim.PermitId] = claim;
        }

        if (_redis is not { } redis || !_state.Answers)
        {
            return own;
        }

        // From here on nothing is cancelled: what was taken has an owner who settles it, and the wait is short.
        var shared = await AskAsync(redis, ticket);
        switch (shared)
        {
            case CounterAnswer.Refused:
                _inside.TryRemove(claim.PermitId, out _);
                GiveBack(ticket);
                return shared;
            case CounterAnswer.Granted:
                return new CounterAnswer.Granted(ticket, Narrower(own.Figures, shared.Figures));
            default:
                return own;
        }
    }

    public async ValueTask SettleAsync(CounterTicket ticket, ReadOnlyMemory<long> actual)
    {
        if (!ticket.TryClose())
        {
            return;
        }

        _own.Settle(ticket, actual.Span);
        var inside = _inside.TryRemove(ticket.Claim.PermitId, out _);
        if (ticket.Shared is null && !inside)
        {
            return;
        }

        var owed = new Owed(ticket, actual, _clock.GetTimestamp());
        if (_redis is not { } redis || !_state.Answers)
        {
            _owed.Enqueue(owed);
        }
        else if (!await TryCallAsync(PayAsync(redis, owed)))
        {
            // It may have arrived all the same, and a correction mustn't count twice; giving a slot back twice does no harm.
            _owed.Enqueue(owed with { Actual = null });
        }
    }

    /// <summary>One round of looking after Redis: connects, probes, pays what is owed, renews. Never throws.</summary>
    public async Task TendAsync()
    {
        DropExpired();
        if (!_state.MayTry)
        {
            return;
        }

        try
        {
            _redis ??= await _link.OpenAsync();
        }
        catch (Exception exception)
        {
            Fail(exception, isProbe: true);
            return;
        }

        var redis = _redis;
        if (!await TryCallAsync(redis.ProbeAsync(), isProbe: true))
        {
            return;
        }

        Notice(redis);
        if (_state.Recovered())
        {
            SharedCountersLog.Recovered(_logger);
        }

        await PayAsync(redis);
        await RenewAsync(redis);
    }

    private async Task<CounterAnswer?> AskAsync(RedisCounters redis, CounterTicket ticket)
    {
        var call = redis.TakeAsync(ticket.Claim);
        ticket.Shared = call;
        if (!await TryCallAsync(call))
        {
            return null;
        }

        Notice(redis);
        return await call;
    }

    private void GiveBack(CounterTicket ticket)
    {
        if (ticket.TryClose())
        {
            Span<long> nothing = stackalloc long[ticket.Claim.Entries.Count];
            nothing.Clear();
            _own.Settle(ticket, nothing);
        }
    }

    private static Task PayAsync(RedisCounters redis, Owed owed)
    {
        if (owed is { Actual: { } actual, Ticket.Shared: { IsCompletedSuccessfully: true } shared })
        {
            // An answer that came too late counts as well: Redis has taken what it granted.
            if (shared.GetAwaiter().GetResult() is CounterAnswer.Granted granted)
            {
                return redis.SettleAsync(granted.Ticket, actual);
            }
        }

        return redis.LeaveAsync(owed.Ticket.Claim);
    }

    private async Task PayAsync(RedisCounters redis)
    {
        while (_owed.TryDequeue(out var owed))
        {
            if (!await TryCallAsync(PayAsync(redis, owed)))
            {
                _owed.Enqueue(owed with { Actual = null });
                return;
            }
        }
    }

    private void DropExpired()
    {
        while (_owed.TryPeek(out var oldest) && _clock.GetElapsedTime(oldest.Since) > ICounters.Lease)
        {
            _owed.TryDequeue(out _);
        }
    }

    private async Task RenewAsync(RedisCounters redis)
    {
        if (_clock.GetElapsedTime(_renewedAt) < _timing.Renewal)
        {
            return;
        }

        foreach (var claims in _inside.Values.Chunk(RenewedAtOnce))
        {
            if (!await TryCallAsync(redis.RenewAsync(claims)))
            {
                return;
            }

            foreach (var claim in claims)
            {
                // Settled meanwhile: its slot may have been renewed after it was given back.
                if (!_inside.ContainsKey(claim.PermitId) && !await TryCallAsync(redis.LeaveAsync(claim)))
                {
                    return;
                }
            }
        }

        _renewedAt = _clock.GetTimestamp();
    }

    /// <summary>False when Redis failed or didn't answer in time. The call itself goes on: its late answer is looked at by nobody who waits.</summary>
    private async Task<bool> TryCallAsync(Task call, bool isProbe = false)
    {
        try
        {
            await call.WaitAsync(_timing.Bound, _clock);
            return true;
        }
        catch (Exception exception)
        {
            // Whatever is wrong with Redis, this gateway's own counters have answered.
            _ = call.ContinueWith(
                static late => _ = late.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            Fail(exception, isProbe);
            return false;
        }
    }

    private void Fail(Exception exception, bool isProbe)
    {
        var reason = exception switch
        {
            RedisTimeoutException or TimeoutException => "it didn't answer in time",
            RedisConnectionException => "there is no connection",
            RedisServerException => "it answered with an error",
            _ => "the call failed",
        };
        if (_state.Failed(reason, isProbe))
        {
            SharedCountersLog.Away(_logger, reason, exception);
        }
    }

    private void Notice(RedisCounters redis)
    {
        if (_state.Lost(redis.Losses, _own.LongestWindow))
        {
            SharedCountersLog.Lost(_logger);
        }
    }

    private static CounterFigure[] Narrower(IReadOnlyList<CounterFigure> own, IReadOnlyList<CounterFigure> shared)
    {
        var figures = new CounterFigure[own.Count];
        for (var i = 0; i < figures.Length; i++)
        {
            figures[i] = own[i].Remaining < shared[i].Remaining ? own[i] : shared[i];
        }

        return figures;
    }

    /// <param name="Ticket">Closed.</param>
    /// <param name="Actual">Null: only its slots are to be given back.</param>
    /// <param name="Since">Timestamp.</param>
    private sealed record Owed(CounterTicket Ticket, ReadOnlyMemory<long>? Actual, long Since);
}
