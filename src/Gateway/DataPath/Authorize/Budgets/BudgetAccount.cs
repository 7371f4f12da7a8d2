namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>
/// What one head of a budget has spent and reserved, window by window. Money counts in the window of the call's admission, however
/// late it is settled. What other gateways have spent is kept apart, as it is heard of whole. Not safe for concurrent use: the book's lock guards it.
/// </summary>
internal sealed class BudgetAccount(Budget budget, string head)
{
    private readonly SortedDictionary<DateTimeOffset, Window> _windows = [];

    /// <summary>Of a rolling period: hours from here on are known.</summary>
    private DateTimeOffset? _knownFrom;
    private List<Arrival>? _arrivals;

    /// <summary>What was spent when more of others' spending was heard of, and in which window: the next row tells the thresholds that this passed.</summary>
    private (DateTimeOffset From, long Spent)? _untold;

    /// <summary>As it is in force; its limit, name and mode may change.</summary>
    public Budget Budget { get; set; } = budget;

    public string Head { get; } = head;

    /// <summary>The book has let it go: nobody may reserve of it any more.</summary>
    public bool Forgotten { get; set; }

    /// <summary>When a call, or an operator, asked for it last.</summary>
    public DateTimeOffset UsedAt { get; set; }

    /// <summary>What other gateways had spent was known when its past was read.</summary>
    public bool KnowsOthers { get; private set; }

    /// <summary>Exchanges that were settled since the ledger began to be read.</summary>
    public IReadOnlyCollection<string> Arrivals => [.. (_arrivals ?? []).Select(a => a.RequestId)];

    /// <summary>Whether what was spent before is known for a call that comes now.</summary>
    public bool IsKnown(DateTimeOffset now) => Budget.Period is BudgetPeriod.Rolling
        ? _knownFrom <= BudgetWindow.FirstHourOf(Budget, now)
        : _windows.TryGetValue(BudgetWindow.At(Budget, now).Start, out var window) && window.Known;

    /// <summary>From now on settlements are noted, so that none is missed or counted twice once the ledger was read.</summary>
    public void BeginReading() => _arrivals ??= [];

    /// <summary>What was known of the past is wrong: it must be read again.</summary>
    public void ForgetThePast()
    {
        _knownFrom = null;
        _arrivals = null;
        foreach (var window in _windows.Values)
        {
            window.Known = false;
        }
    }

    /// <summary>Takes over what the ledger says, and what has come since; nothing, if the past has changed since reading began.</summary>
    public void EndReading(DateTimeOffset now, SpendState state)
    {
        if (_arrivals is null)
        {
            return;
        }

        var (from, to) = BudgetWindow.StretchOf(Budget, now);
        foreach (var (start, window) in _windows)
        {
            if (start >= from && !(start >= to))
            {
                window.Spent = 0;
            }
        }

        foreach (var (start, spent) in state.ByHour)
        {
            WindowFrom(start).Spent = spent;
        }

        foreach (var arrival in _arrivals)
        {
            if (arrival.Window >= from && !(arrival.Window >= to) && !state.Included.Contains(arrival.RequestId))
            {
                WindowFrom(arrival.Window).Spent += arrival.Cost;
            }
        }

        if (state.Others is { } others)
        {
            SetOthers(now, others);
        }

        KnowsOthers = state.Others is not null;
        WindowFrom(from).Known = true;
        _knownFrom = Budget.Period is BudgetPeriod.Rolling ? from : null;
        _arrivals = null;
    }

    /// <summary>What other gateways have spent by now in all that counts together with a call of that instant.</summary>
    public void HearOfOthers(DateTimeOffset now, IReadOnlyDictionary<DateTimeOffset, long> spent)
    {
        var before = Figures(now, Budget.LimitNanoDollars).Spent;
        SetOthers(now, spent);
        var window = TellingWindow(now);
        if (Figures(now, Budget.LimitNanoDollars).Spent > before && _untold?.From != window)
        {
            _untold = (window, before);
        }
    }

    /// <summary>What thresholds were told for last, once.</summary>
    /// <param name="admitted">In whose window.</param>
    /// <param name="spent">What is spent in it.</param>
    public long TakeTold(DateTimeOffset admitted, long spent)
    {
        if (_untold is not { } untold || untold.From != TellingWindow(admitted))
        {
            return spent;
        }

        _untold = null;
        return Math.Min(spent, untold.Spent);
    }

    /// <summary>How it stands for a call of that instant.</summary>
    /// <param name="at">The call's admission.</param>
    /// <param name="limit">Nano-dollars; of a token's own cap, the token's.</param>
    public BudgetFigures Figures(DateTimeOffset at, long limit)
    {
        if (Budget.Period is not BudgetPeriod.Rolling)
        {
            var current = BudgetWindow.At(Budget, at);
            return _windows.TryGetValue(current.Start, out var window)
                ? new BudgetFigures(limit, window.SpentByAll, window.Reserved, current.End)
                : new BudgetFigures(limit, 0, 0, current.End);
        }

        var first = BudgetWindow.FirstHourOf(Budget, at);
        long spent = 0, reserved = 0;
        DateTimeOffset? oldest = null;
        foreach (var (start, window) in _windows)
        {
            // Later hours count too: a clock that was put back opens no free window.
            if (start >= first)
            {
                spent = Saturating(spent, window.SpentByAll);
                reserved = Saturating(reserved, window.Reserved);
                oldest ??= window.SpentByAll > 0 ? start : null;
            }
        }

        return new BudgetFigures(limit, spent, reserved, (oldest ?? BudgetWindow.At(Budget, at).Start).AddHours(Budget.RollingHours + 1));
    }

    /// <summary>Holds so much more, or less, for a call of that instant.</summary>
    public void Reserve(DateTimeOffset admitted, long more) => WindowOf(admitted).Reserved += more;

    /// <summary>A row was settled.</summary>
    public void Post(string requestId, DateTimeOffset admitted, long cost)
    {
        var start = BudgetWindow.At(Budget, admitted).Start;
        var window = WindowFrom(start);
        window.Spent = Saturating(window.Spent, cost);
        _arrivals?.Add(new Arrival(requestId, start, cost));
    }

    /// <summary>Forgets windows that can't matter any more; true when nothing is left to remember.</summary>
    public bool Forget(DateTimeOffset now)
    {
        if (_arrivals is not null || Budget.Period is BudgetPeriod.Total)
        {
            return false;
        }

        // A day of grace for clocks that are put back.
        var first = (Budget.Period is BudgetPeriod.Rolling ? BudgetWindow.FirstHourOf(Budget, now) : BudgetWindow.At(Budget, now).Start).AddDays(-1);
        foreach (var (start, window) in _windows.ToList())
        {
            if (start < first && window.Reserved == 0)
            {
                _windows.Remove(start);
            }
        }

        return _windows.Count == 0;
    }

    private void SetOthers(DateTimeOffset now, IReadOnlyDictionary<DateTimeOffset, long> spent)
    {
        var (from, to) = BudgetWindow.StretchOf(Budget, now);
        foreach (var (start, window) in _windows)
        {
            if (start >= from && !(start >= to))
            {
                window.Others = 0;
            }
        }

        foreach (var (start, others) in spent)
        {
            WindowFrom(start).Others = others;
        }
    }

    /// <summary>Of a rolling period, whose hours pass, all is one window.</summary>
    private DateTimeOffset TellingWindow(DateTimeOffset at) => Budget.Period is BudgetPeriod.Rolling ? default : BudgetWindow.At(Budget, at).Start;

    private Window WindowOf(DateTimeOffset instant) => WindowFrom(BudgetWindow.At(Budget, instant).Start);

    private Window WindowFrom(DateTimeOffset start)
    {
        if (!_windows.TryGetValue(start, out var window))
        {
            _windows[start] = window = new Window();
        }

        return window;
    }

    private static long Saturating(long sum, long more) => long.CreateSaturating((Int128)sum + more);

    private sealed class Window
    {
        /// <summary>By calls of this gateway.</summary>
        public long Spent { get; set; }

        /// <summary>By calls of other gateways; a correction of this one's rows may make it negative.</summary>
        public long Others { get; set; }

        public long SpentByAll => Saturating(Spent, Others);

        public long Reserved { get; set; }

        /// <summary>What was spent before this process looked is in it.</summary>
        public bool Known { get; set; }
    }

    private readonly record struct Arrival(string RequestId, DateTimeOffset Window, long Cost);
}
