namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>All that one request takes, atomically.</summary>
/// <param name="PermitId">Names the slots in gauges: unique among all requests of all gateways.</param>
/// <param name="Entries">In the order that answers and settlements follow.</param>
internal sealed record CounterClaim(string PermitId, IReadOnlyList<CounterEntry> Entries)
{
    public bool HasGauge
    {
        get
        {
            for (var i = 0; i < Entries.Count; i++)
            {
                if (Entries[i].Kind is CounterKind.Gauge)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
