namespace Latchkey.Gateway.Tests.Storage;

/// <summary>The formula of ICounters in plain arithmetic: remembers everything, forgets nothing, adds it all up each time.</summary>
internal sealed class WindowModel(long windowMillis)
{
    private readonly List<Cost> _costs = [];
    private long _now;

    public void Advance(long millis) => _now += millis;

    public long Used => Live().Sum(cost => cost.Amount);

    /// <summary>Costs less than a window old: what no window may have more of than the limit.</summary>
    public long Young => _costs.Where(cost => cost.At + windowMillis > _now).Sum(cost => cost.Amount);

    public bool Fits(long limit, long cost) => Used + Math.Max(cost, 1) <= limit;

    public long RetryAfter(long limit, long cost)
    {
        var later = 0L;
        while (Live(later).Sum(live => live.Amount) + Math.Max(cost, 1) > limit)
        {
            // The next moment at which anything leaves.
            later = Live(later).Min(live => Left(live)) - _now;
        }

        return later;
    }

    public long ResetAfter()
    {
        var live = Live().Where(cost => cost.Amount > 0).ToArray();
        return live.Length == 0 ? 0 : live.Max(Left) - _now;
    }

    public Cost Add(long amount)
    {
        var newest = _costs.LastOrDefault();
        var joins = newest is not null && Left(newest) > _now && _now - newest.SliceOpened < (windowMillis + 29) / 30;
        var cost = new Cost { At = _now, SliceOpened = joins ? newest!.SliceOpened : _now, Amount = amount };
        _costs.Add(cost);
        return cost;
    }

    public bool IsLive(Cost cost) => Left(cost) > _now;

    private IEnumerable<Cost> Live(long later = 0) => _costs.Where(cost => Left(cost) > _now + later);

    private long Left(Cost cost) => _costs.Where(other => other.SliceOpened == cost.SliceOpened).Max(other => other.At) + windowMillis;

    internal sealed class Cost
    {
        public required long At { get; init; }

        public required long SliceOpened { get; init; }

        public required long Amount { get; set; }
    }
}
