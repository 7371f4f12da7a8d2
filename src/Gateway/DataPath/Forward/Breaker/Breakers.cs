using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>
/// The breakers: one for each (upstream, model), and one for each upstream's host, which only failures to connect can open.
/// Model names come from clients, so their number and length are bounded; upstreams come from the configuration.
/// </summary>
internal sealed class Breakers(IOptions<BreakerOptions> options, TimeProvider clock, ILogger<Breakers> logger)
{
    /// <summary>Longer than any model's name; what is longer isn't worth remembering.</summary>
    private const int LongestModel = 256;

    private readonly BreakerOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, NamedBreaker> _hosts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Upstream, string Model), NamedBreaker> _models = new();
    private readonly Lock _growing = new();
    private bool _full;

    /// <summary>Asks for one call. A null <paramref name="model"/> (files, batches) is guarded by the host's breaker only.</summary>
    public BreakerEntry Enter(string upstream, string? model)
    {
        var ofModel = model is null || model.Length > LongestModel ? null : OfModel(upstream, model);
        var modelAdmission = ofModel?.Enter() ?? default;
        if (ofModel is not null && !modelAdmission.Allowed)
        {
            return new BreakerEntry.Refused(modelAdmission.RetryAfter, BreakerScope.Model);
        }

        var host = _hosts.TryGetValue(upstream, out var known) ? known : _hosts.GetOrAdd(upstream, New(upstream, null));
        var hostAdmission = host.Enter();
        if (!hostAdmission.Allowed)
        {
            ofModel?.Withdraw(modelAdmission);
            return new BreakerEntry.Refused(hostAdmission.RetryAfter, BreakerScope.Host);
        }

        return new BreakerEntry.Allowed(new BreakerTicket(ofModel, modelAdmission, host, hostAdmission));
    }

    /// <summary>Every breaker of this moment, by upstream, the host's first, then by model.</summary>
    public IReadOnlyList<BreakerSnapshot> Snapshots()
    {
        lock (_growing)
        {
            ForgetIdle_NeedsLock();
        }

        return [.. _hosts.Values.Concat(_models.Values)
            .Select(Snapshot)
            .OrderBy(s => s.Upstream, StringComparer.Ordinal)
            .ThenBy(s => s.Model, StringComparer.Ordinal)];
    }

    /// <summary>Closes one breaker by hand; a null <paramref name="model"/> is the host's. False: there is none.</summary>
    public bool Reset(string upstream, string? model)
    {
        var found = model is null ? _hosts.GetValueOrDefault(upstream) : _models.GetValueOrDefault((upstream, model));
        found?.Reset();
        return found is not null;
    }

    public void ResetAll()
    {
        foreach (var breaker in _hosts.Values.Concat(_models.Values))
        {
            breaker.Reset();
        }
    }

    private NamedBreaker? OfModel(string upstream, string model) =>
        _models.TryGetValue((upstream, model), out var known) ? known : Add(upstream, model);

    private NamedBreaker? Add(string upstream, string model)
    {
        lock (_growing)
        {
            if (_models.TryGetValue((upstream, model), out var known))
            {
                return known;
            }

            if (_models.Count >= _options.MaxModels && !MakeRoom_NeedsLock())
            {
                if (!_full)
                {
                    _full = true;
                    logger.BreakersFull(_options.MaxModels);
                }

                return null;
            }

            _full = false;
            return _models[(upstream, model)] = New(upstream, model);
        }
    }

    private bool MakeRoom_NeedsLock()
    {
        ForgetIdle_NeedsLock();
        if (_models.Count < _options.MaxModels)
        {
            return true;
        }

        NamedBreaker? oldest = null;
        foreach (var (_, breaker) in _models)
        {
            if ((oldest is null || breaker.LastUsed < oldest.LastUsed) && breaker.Read().State == CircuitState.Closed)
            {
                oldest = breaker;
            }
        }

        return oldest is not null && _models.TryRemove((oldest.Upstream, oldest.Model!), out _);
    }

    private void ForgetIdle_NeedsLock()
    {
        foreach (var (name, breaker) in _models)
        {
            if (clock.GetElapsedTime(breaker.LastUsed) >= _options.IdleEviction && breaker.Read().State == CircuitState.Closed)
            {
                _models.TryRemove(name, out _);
            }
        }
    }

    private NamedBreaker New(string upstream, string? model) =>
        new(upstream, model, new CircuitBreaker(_options, clock, Random.Shared.NextDouble), clock, logger);

    private BreakerSnapshot Snapshot(NamedBreaker breaker)
    {
        var reading = breaker.Read();
        DateTimeOffset? next = reading.Pause > TimeSpan.Zero ? clock.GetUtcNow() + reading.Pause : null;
        return new BreakerSnapshot(breaker.Upstream, breaker.Model, reading.State, reading.FailureCount, reading.SuccessCount, next);
    }
}
