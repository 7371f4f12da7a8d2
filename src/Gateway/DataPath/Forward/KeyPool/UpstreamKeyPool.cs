using System.Net.Http.Headers;

namespace Latchkey.Gateway.DataPath.Forward.KeyPool;

/// <summary>
/// The master keys, and which of them is used for a call. Each device keeps to one key, so that its prompt cache stays warm:
/// rendezvous hashing, in which only the devices of a resting key move, and come back after it. Thread-safe; does no I/O.
/// </summary>
internal sealed class UpstreamKeyPool(IReadOnlyList<UpstreamKey> keys, TimeProvider clock, ILogger<UpstreamKeyPool> logger)
{
    /// <summary>Stands for the calls that name no model; no model is called so.</summary>
    private const string NoModel = "";

    private readonly Lock _gate = new();
    private readonly KeyRest[] _keys = [.. keys.Select(k => new KeyRest(k, clock))];

    /// <summary>Chooses a key that doesn't rest and isn't among those that this call has <paramref name="exclude"/>d by trying them.</summary>
    /// <param name="stickiness">The device: the same one gets the same key while that key doesn't rest.</param>
    /// <param name="model">Null for a call that names no model.</param>
    /// <param name="exclude">Keys not to use.</param>
    public KeyChoice Pick(string stickiness, string? model, params ReadOnlySpan<UpstreamKey> exclude)
    {
        var device = Hash(stickiness);
        lock (_gate)
        {
            KeyRest? best = null;
            var bestScore = 0UL;
            var wait = TimeSpan.MaxValue;
            var because = RestReason.CredentialsRefused;
            foreach (var candidate in _keys)
            {
                if (exclude.Contains(candidate.Key))
                {
                    continue;
                }

                var refused = candidate.RefusedFor();
                var limited = candidate.LimitedFor(model ?? NoModel);
                var left = refused > limited ? refused : limited;
                if (left > TimeSpan.Zero)
                {
                    wait = left < wait ? left : wait;
                    because = refused == TimeSpan.Zero ? RestReason.RateLimited : because;
                    continue;
                }

                var score = Mix(device ^ candidate.Seed);
                if (best is null || score > bestScore)
                {
                    best = candidate;
                    bestScore = score;
                }
            }

            if (best is not null)
            {
                return new KeyChoice.Picked(best.Key, best.Refusals);
            }

            return wait == TimeSpan.MaxValue ? new KeyChoice.NoneLeft() : new KeyChoice.AllResting(clock.GetUtcNow() + wait, because);
        }
    }

    /// <summary>The upstream took the key (any status but 401, 403): a key that had been refused is good again.</summary>
    public void Accepted(KeyChoice.Picked picked)
    {
        bool recovered;
        lock (_gate)
        {
            // A stream that began before the key was revoked may end well long after.
            var rest = Find(picked.Key);
            recovered = rest.Refusals == picked.Refusals && rest.Recover();
        }

        if (recovered)
        {
            logger.KeyRecovered(picked.Key.Fingerprint);
        }
    }

    /// <summary>The upstream answered 401 or 403: the key rests 5 minutes, twice as long each time after that, at most an hour.</summary>
    public void Refused(KeyChoice.Picked picked, int status)
    {
        TimeSpan? rest;
        lock (_gate)
        {
            // Ten calls under way on a revoked key are one refusal, not ten.
            var known = Find(picked.Key);
            rest = known.Refusals == picked.Refusals ? known.Refuse() : null;
        }

        if (rest is { } pause)
        {
            logger.KeyRefused(picked.Key.Fingerprint, status, pause);
        }
    }

    /// <summary>
    /// The upstream answered 429: the key rests for this model until the limit is over, if the answer says when
    /// (<see cref="RateLimitReset"/>). Returns the rest that it asked for, null when it benches nothing.
    /// </summary>
    public TimeSpan? RateLimited(KeyChoice.Picked picked, string? model, HttpResponseHeaders headers, string? errorCode)
    {
        if (RateLimitReset.From(headers, errorCode, clock.GetUtcNow()) is not { } rest)
        {
            if (RateLimitReset.IsSpendLimit(errorCode))
            {
                logger.KeySpendLimited(picked.Key.Fingerprint, errorCode!);
            }

            return null;
        }

        bool longer;
        lock (_gate)
        {
            longer = Find(picked.Key).Limit(model ?? NoModel, rest);
        }

        if (longer)
        {
            logger.KeyRateLimited(picked.Key.Fingerprint, model ?? "(no model)", rest);
        }

        return rest;
    }

    /// <summary>Fingerprints of the keys that a redacted form can stand for, as Anthropic's own lists show keys.</summary>
    public IReadOnlyList<string> FingerprintsOf(string hint) => [.. _keys.Where(k => k.Key.FitsHint(hint)).Select(k => k.Key.Fingerprint)];

    public IReadOnlyList<KeySnapshot> Snapshots()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            return [.. _keys.Select(k => Snapshot(k, now))];
        }
    }

    private static KeySnapshot Snapshot(KeyRest rest, DateTimeOffset now)
    {
        var refused = rest.RefusedFor();
        var limited = rest.Limited()
            .OrderBy(m => m.Model, StringComparer.Ordinal)
            .Select(m => new ModelRest(m.Model == NoModel ? null : m.Model, now + m.Left))
            .ToList();
        return refused > TimeSpan.Zero
            ? new KeySnapshot(rest.Key.Fingerprint, KeyState.Refused, now + refused, limited)
            : new KeySnapshot(rest.Key.Fingerprint, KeyState.Ready, null, limited);
    }

    private KeyRest Find(UpstreamKey key)
    {
        foreach (var rest in _keys)
        {
            if (ReferenceEquals(rest.Key, key))
            {
                return rest;
            }
        }

        throw new ArgumentException("The key isn't of this pool.", nameof(key));
    }

    /// <summary>FNV-1a; string.GetHashCode differs from start to start.</summary>
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return hash;
    }

    /// <summary>The finaliser of SplitMix64: every bit of the device and of the key decides the score.</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
