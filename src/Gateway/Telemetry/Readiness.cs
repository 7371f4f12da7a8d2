using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Telemetry;

/// <summary>
/// Whether this gateway should get new calls. Only its own state decides: a dependency that is down is a warning, since
/// taking every gateway out of rotation helps nobody.
/// </summary>
internal sealed class Readiness(ICounters counters, IEnumerable<StandingWarning> standing)
{
    private readonly StandingWarning[] _standing = [.. standing];

    private volatile bool _draining;

    /// <summary>From now on: not ready, for good.</summary>
    public void Drain() => _draining = true;

    public bool IsDraining => _draining;

    /// <summary>What operators should know although calls are served.</summary>
    public IReadOnlyList<string> Warnings() =>
        [.. _standing.Select(w => w.Text()).Append(counters.Health.Warning).OfType<string>()];
}
