using Latchkey.Gateway.DataPath.Accept;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>The places for answers that are read to their end though their clients have left. Thread-safe.</summary>
internal sealed class Drains(IOptions<AbortOptions> options, TimeProvider time)
{
    private int _taken;

    /// <summary>Answers that are being read for nobody.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Longest time that a place may be held.</summary>
    public TimeSpan Timeout => options.Value.DrainTimeout;

    /// <summary>Watches for the client's leaving; null when that ends the call in any case.</summary>
    public Departure? Watch(ApiRoute route, CancellationToken clientGone) =>
        route.Billable && options.Value.WhenClientLeaves is WhenClientLeaves.Drain ? new Departure(this, time, clientGone) : null;

    public bool TryTake()
    {
        var taken = Taken;
        while (taken < options.Value.MaxDrains)
        {
            var seen = Interlocked.CompareExchange(ref _taken, taken + 1, taken);
            if (seen == taken)
            {
                return true;
            }

            taken = seen;
        }

        return false;
    }

    public void Return() => Interlocked.Decrement(ref _taken);
}
