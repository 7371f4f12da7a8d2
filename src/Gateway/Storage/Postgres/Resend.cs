using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>
/// What is to be sent again after PostgreSQL was away or is another server: what was shipped in the ten minutes before the
/// last success, which a replica that took over may have lost. Decides only.
/// </summary>
internal sealed class Resend(ShippingTiming timing)
{
    private long _until;
    private long _sent;

    /// <summary>Where to go on: the instant and number of the last row that was sent again.</summary>
    public (long At, long Seq) After { get; private set; }

    /// <summary>The last instant whose rows are sent again.</summary>
    public long Until => _until;

    public bool IsPending { get; private set; }

    /// <summary>Begins. What an earlier one hasn't got to stays included.</summary>
    /// <param name="lastShippedAt">When the store last got something new, microseconds since 1970; null when it never did.</param>
    public void Begin(long? lastShippedAt)
    {
        if (lastShippedAt is not { } last)
        {
            return;
        }

        var from = last - (long)timing.Again.TotalMicroseconds - 1;
        After = IsPending && After.At < from ? After : (from, long.MaxValue);
        _until = last;
        IsPending = true;
    }

    /// <summary>These were sent again; fewer than asked for are the last.</summary>
    /// <returns>How many there were in all, once it is done; null before.</returns>
    public long? Sent(IReadOnlyList<Shipment> shipments, int askedFor)
    {
        _sent += shipments.Count;
        if (shipments.Count == askedFor)
        {
            After = (shipments[^1].ShippedAt!.Value, shipments[^1].Seq);
            return null;
        }

        IsPending = false;
        var all = _sent;
        _sent = 0;
        return all;
    }
}
