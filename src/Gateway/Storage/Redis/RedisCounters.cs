using Latchkey.Gateway.DataPath.Authorize;
using StackExchange.Redis;

namespace Latchkey.Gateway.Storage.Redis;

/// <summary>
/// The counters that gateways share. Every call is one script, and fails or waits as Redis does: <see cref="SharedCounters"/>
/// bounds it. All keys carry one hash tag, so that a cluster keeps them together, and all but the epoch expire by themselves.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="clock">The lines of Lua that set <c>now</c>.</param>
internal sealed class RedisCounters(IDatabase database, string clock = RedisScripts.ServerClock)
{
    private const string Prefix = "{latchkey}:";
    private const string EpochKey = Prefix + "epoch";
    private static readonly RedisValue LeaseMillis = (long)ICounters.Lease.TotalMilliseconds;
    private static readonly RedisValue GaugeRetryMillis = (long)ICounters.GaugeRetry.TotalMilliseconds;

    private readonly string _take = clock + RedisScripts.Take;
    private readonly string _settle = clock + RedisScripts.Settle;
    private readonly string _renew = clock + RedisScripts.Renew;

    // A number that lives as long as what Redis counted does: another one means that the counts are gone. 0: not seen yet.
    private long _epoch;
    private int _losses;

    /// <summary>How often Redis was found to have lost what it counted: flushed, restarted, or evicted.</summary>
    public int Losses => Volatile.Read(ref _losses);

    public async Task<CounterAnswer> TakeAsync(CounterClaim claim)
    {
        var entries = claim.Entries;
        var keys = new RedisKey[entries.Count + 1];
        var values = new RedisValue[5 + (entries.Count * 3)];
        keys[0] = EpochKey;
        values[0] = claim.PermitId;
        values[1] = LeaseMillis;
        values[2] = NewEpoch();
        values[3] = GaugeRetryMillis;
        values[4] = ICounters.SlicesPerWindow;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            keys[i + 1] = Key(entry);
            values[5 + (i * 3)] = entry.Limit;
            values[6 + (i * 3)] = entry.Cost;
            values[7 + (i * 3)] = Millis(entry);
        }

        var answer = (RedisResult[])(await database.ScriptEvaluateAsync(_take, keys, values))!;
        See((long)answer[2]);
        var granted = (long)answer[0] == 1;
        var figures = new CounterFigure[entries.Count];
        var refusedBy = 0;
        for (var i = 0; i < figures.Length; i++)
        {
            figures[i] = new CounterFigure(
                entries[i].Limit,
                (long)answer[3 + (i * 3)],
                TimeSpan.FromMilliseconds((long)answer[4 + (i * 3)]),
                TimeSpan.FromMilliseconds((long)answer[5 + (i * 3)]));
            if (figures[i].RetryAfter > figures[refusedBy].RetryAfter)
            {
                refusedBy = i;
            }
        }

        return granted
            ? new CounterAnswer.Granted(new CounterTicket(claim, (long)answer[1]), figures)
            : new CounterAnswer.Refused(refusedBy, figures);
    }

    /// <summary>Settles a grant of this store, for who has closed its ticket. Costs no call when nothing changes.</summary>
    public Task SettleAsync(CounterTicket ticket, ReadOnlyMemory<long> actual)
    {
        var keys = new List<RedisKey>(ticket.Claim.Entries.Count);
        var values = new List<RedisValue> { ticket.Claim.PermitId, ticket.GrantedAt, ICounters.SlicesPerWindow };
        for (var i = 0; i < ticket.Claim.Entries.Count; i++)
        {
            var entry = ticket.Claim.Entries[i];
            var delta = actual.Span[i] - entry.Cost;
            if (entry.Kind is CounterKind.Gauge || delta != 0)
            {
                keys.Add(Key(entry));
                values.Add(Millis(entry));
                values.Add(delta);
            }
        }

        return keys.Count == 0 ? Task.CompletedTask : database.ScriptEvaluateAsync(_settle, [.. keys], [.. values]);
    }

    /// <summary>Gives only the slots back: the windows were never taken here, or it isn't known whether they were.</summary>
    public Task LeaveAsync(CounterClaim claim)
    {
        var keys = new List<RedisKey>(1);
        var values = new List<RedisValue> { claim.PermitId, 0, ICounters.SlicesPerWindow };
        foreach (var entry in claim.Entries)
        {
            if (entry.Kind is CounterKind.Gauge)
            {
                keys.Add(Key(entry));
                values.Add(0);
                values.Add(0);
            }
        }

        return keys.Count == 0 ? Task.CompletedTask : database.ScriptEvaluateAsync(_settle, [.. keys], [.. values]);
    }

    /// <summary>Renews the slots of permits that live.</summary>
    public Task RenewAsync(IReadOnlyList<CounterClaim> claims)
    {
        var keys = new List<RedisKey>(claims.Count);
        var values = new List<RedisValue> { LeaseMillis };
        foreach (var claim in claims)
        {
            foreach (var entry in claim.Entries)
            {
                if (entry.Kind is CounterKind.Gauge)
                {
                    keys.Add(Key(entry));
                    values.Add(claim.PermitId);
                }
            }
        }

        return keys.Count == 0 ? Task.CompletedTask : database.ScriptEvaluateAsync(_renew, [.. keys], [.. values]);
    }

    /// <summary>Asks whether Redis answers, takes writes, and still knows what it counted.</summary>
    public async Task ProbeAsync() => See((long)await database.ScriptEvaluateAsync(RedisScripts.Epoch, [EpochKey], [NewEpoch()]));

    private static RedisKey Key(CounterEntry entry) => Prefix + (entry.Kind is CounterKind.Gauge ? "g:" : "w:") + entry.Key;

    private static long Millis(CounterEntry entry) => (long)entry.Window.TotalMilliseconds;

    private static RedisValue NewEpoch() => Random.Shared.NextInt64(1, long.MaxValue);

    private void See(long epoch)
    {
        var before = Interlocked.Exchange(ref _epoch, epoch);
        if (before != 0 && before != epoch)
        {
            Interlocked.Increment(ref _losses);
        }
    }
}
