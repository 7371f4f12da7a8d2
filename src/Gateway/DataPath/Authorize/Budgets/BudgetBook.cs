using Latchkey.Gateway.DataPath.Authenticate;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>
/// The accounts of all budgets in this process, under one lock: a call takes from every budget that it draws on in one step or
/// from none, so that no interleaving can spend what isn't there. Decides only; the ledger is read by whoever asks.
/// </summary>
internal sealed class BudgetBook
{
    /// <summary>The budget behind a token's own <c>spend_cap</c>: what its device has ever spent counts against it.</summary>
    public const string SpendCapId = "spend_cap";

    private const decimal NanoDollars = 1_000_000_000m;

    private static readonly int[] Percents = [50, 75, 90, 100];

    /// <summary>For how long after its last use what others have spent from an account is asked for again and again.</summary>
    public static readonly TimeSpan InUse = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private static readonly Budget SpendCap = new()
    {
        Id = SpendCapId,
        Name = "the token's own cap",
        Scope = BudgetScope.Device,
        PerHead = true,
        LimitNanoDollars = Budget.MaxLimit,
        Period = BudgetPeriod.Total,
        Mode = BudgetMode.Rolling,
    };

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Id, string Head), BudgetAccount> _accounts = [];
    private IReadOnlyList<Budget> _budgets = [];
    private DateTimeOffset _forgotten;

    /// <summary>The budgets in force, in the order in which calls take from them.</summary>
    public IReadOnlyList<Budget> Budgets
    {
        get
        {
            lock (_lock)
            {
                return _budgets;
            }
        }
    }

    /// <summary>Nobody has set a budget.</summary>
    public bool IsEmpty => Budgets.Count == 0;

    /// <summary>From now on these are in force. What calls under way hold of the others is settled there.</summary>
    public void Use(IEnumerable<Budget> budgets)
    {
        lock (_lock)
        {
            _budgets = [.. budgets.OrderBy(b => b.Id, StringComparer.Ordinal)];
            var byId = _budgets.ToDictionary(b => b.Id, StringComparer.Ordinal);
            foreach (var (key, account) in _accounts.ToList())
            {
                if (key.Id == SpendCapId)
                {
                    continue;
                }

                if (byId.TryGetValue(key.Id, out var now) && CountsAlike(account.Budget, now))
                {
                    account.Budget = now;
                }
                else
                {
                    Drop_NeedsLock(key, account);
                }
            }
        }
    }

    /// <summary>The accounts that a call draws on, in a fixed order. Accounts that nobody has asked for before are made.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="models">Every model that the call can bill, by the price book's ids.</param>
    public IReadOnlyList<BudgetClaim> ClaimsOf(Caller caller, IReadOnlyList<string> models)
    {
        var spender = Spender.Of(caller);
        lock (_lock)
        {
            var claims = new List<BudgetClaim>();
            foreach (var budget in _budgets)
            {
                foreach (var model in models)
                {
                    Add_NeedsLock(claims, budget, budget.HeadOf(spender, model), budget.LimitNanoDollars);
                }
            }

            AddSpendCap_NeedsLock(claims, caller);
            return claims;
        }
    }

    /// <summary>The accounts that the caller's calls can draw on, whatever model they ask for; not those of single models.</summary>
    public IReadOnlyList<BudgetClaim> ClaimsOf(Caller caller)
    {
        var spender = Spender.Of(caller);
        lock (_lock)
        {
            var claims = new List<BudgetClaim>();
            foreach (var budget in _budgets)
            {
                if (budget.Scope is not BudgetScope.Model)
                {
                    Add_NeedsLock(claims, budget, (budget with { Models = [] }).HeadOf(spender, ""), budget.LimitNanoDollars);
                }
            }

            AddSpendCap_NeedsLock(claims, caller);
            return claims;
        }
    }

    /// <summary>One account, made if nobody has asked for it before; null when no such budget is in force.</summary>
    public BudgetClaim? ClaimOf(string budgetId, string head)
    {
        lock (_lock)
        {
            return _budgets.FirstOrDefault(b => b.Id == budgetId) is { } budget
                ? new BudgetClaim(AccountOf_NeedsLock(budget, head), budget.LimitNanoDollars)
                : null;
        }
    }

    /// <summary>Heads of a budget that this process knows.</summary>
    public IReadOnlyList<string> HeadsOf(string budgetId)
    {
        lock (_lock)
        {
            return [.. _accounts.Keys.Where(k => k.Id == budgetId).Select(k => k.Head).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Those of the accounts whose past isn't known; from now on they note what is settled. Each must be <see cref="EndReading">read to the end</see>.</summary>
    public IReadOnlyList<BudgetAccount> BeginReading(IReadOnlyList<BudgetClaim> claims, DateTimeOffset now)
    {
        lock (_lock)
        {
            List<BudgetAccount>? unknown = null;
            foreach (var claim in claims)
            {
                if (claim.Account.KnowsOthers && now - claim.Account.UsedAt > InUse)
                {
                    // Nobody has asked meanwhile what others have spent.
                    claim.Account.ForgetThePast();
                }

                claim.Account.UsedAt = now;
                if (!claim.Account.IsKnown(now))
                {
                    claim.Account.BeginReading();
                    (unknown ??= []).Add(claim.Account);
                }
            }

            return unknown ?? (IReadOnlyList<BudgetAccount>)[];
        }
    }

    /// <summary>What was settled since reading began.</summary>
    public IReadOnlyCollection<string> ArrivalsOf(BudgetAccount account)
    {
        lock (_lock)
        {
            return account.Arrivals;
        }
    }

    /// <summary>Takes over what the ledger says; a second reader of the same account changes nothing.</summary>
    public void EndReading(BudgetAccount account, DateTimeOffset now, SpendState state)
    {
        lock (_lock)
        {
            if (!account.IsKnown(now))
            {
                account.EndReading(now, state);
            }
        }
    }

    /// <summary>Accounts that are in use, so that it matters what others spend from them.</summary>
    public IReadOnlyList<BudgetAccount> AccountsInUse(DateTimeOffset now)
    {
        lock (_lock)
        {
            return [.. _accounts.Values.Where(a => now - a.UsedAt <= InUse && a.IsKnown(now))];
        }
    }

    /// <summary>What other gateways have spent from an account by now, in all that counts together with a call of that instant.</summary>
    public void HearOfOthers(BudgetAccount account, DateTimeOffset now, IReadOnlyDictionary<DateTimeOffset, long> spent)
    {
        lock (_lock)
        {
            if (!account.IsKnown(now))
            {
                return;
            }

            account.HearOfOthers(now, spent);
            if (!account.KnowsOthers)
            {
                // It began with this gateway's own sums, while the store that has everything was away: now it can be read again.
                account.ForgetThePast();
            }
        }
    }

    /// <summary>Holds the amounts of every account, or nothing.</summary>
    public BudgetAnswer Reserve(IReadOnlyList<BudgetClaim> claims, in BudgetAmounts amounts, DateTimeOffset now)
    {
        lock (_lock)
        {
            BudgetAnswer.Refused? refused = null;
            foreach (var (account, limit) in claims)
            {
                if (account.Forgotten)
                {
                    return new BudgetAnswer.Stale();
                }

                var wanted = amounts.Of(account.Budget.Mode);
                var figures = account.Figures(now, limit);
                var fits = account.Budget.Mode is BudgetMode.Soft || (figures.Left >= wanted && figures.Left > 0);
                if (!fits && (refused is null || (figures.ResetsAt ?? DateTimeOffset.MaxValue) > (refused.Figures.ResetsAt ?? DateTimeOffset.MaxValue)))
                {
                    refused = new BudgetAnswer.Refused(account, figures, wanted);
                }
            }

            if (refused is not null)
            {
                return refused;
            }

            var shares = new BudgetHold.Share[claims.Count];
            for (var i = 0; i < shares.Length; i++)
            {
                var (account, limit) = claims[i];
                shares[i] = new BudgetHold.Share(account, account.Budget.Mode, limit) { Held = amounts.Of(account.Budget.Mode) };
                account.Reserve(now, shares[i].Held);
            }

            return new BudgetAnswer.Held(new BudgetHold(now, shares));
        }
    }

    /// <summary>Holds more, or less, for a call under way. False: some budget hasn't so much left, and nothing has changed.</summary>
    public bool TryResize(BudgetHold hold, in BudgetAmounts amounts)
    {
        lock (_lock)
        {
            if (hold.Settled)
            {
                return true;
            }

            foreach (var share in hold.Shares)
            {
                var more = amounts.Of(share.Mode) - share.Held;
                if (more > 0 && share.Account.Figures(hold.Admitted, share.Limit).Left < more)
                {
                    return false;
                }
            }

            foreach (var share in hold.Shares)
            {
                var wanted = amounts.Of(share.Mode);
                share.Account.Reserve(hold.Admitted, wanted - share.Held);
                share.Held = wanted;
            }

            return true;
        }
    }

    /// <summary>
    /// Gives back what was held and posts what was really spent, to every account that the row counts in; then hands the row over.
    /// All in one step: whoever reads the ledger meanwhile finds the row there or among the arrivals.
    /// </summary>
    /// <returns>What <paramref name="handOver"/> returned.</returns>
    public Task Settle(BudgetHold hold, in SpentRow row, Func<IReadOnlyList<BudgetThreshold>, Task> handOver)
    {
        lock (_lock)
        {
            Release_NeedsLock(hold);
            List<BudgetThreshold>? passed = null;
            foreach (var budget in _budgets)
            {
                if (budget.HeadOf(row.Spender, row.Model) is { } head)
                {
                    Post_NeedsLock(budget, head, row, ref passed);
                }
            }

            if (_accounts.ContainsKey((SpendCapId, row.Spender.DeviceId)))
            {
                Post_NeedsLock(SpendCap, row.Spender.DeviceId, row, ref passed);
            }

            return handOver(passed ?? (IReadOnlyList<BudgetThreshold>)[]);
        }
    }

    /// <summary>Gives back what was held for a call that wasn't made.</summary>
    public void Release(BudgetHold hold)
    {
        lock (_lock)
        {
            Release_NeedsLock(hold);
        }
    }

    /// <summary>How accounts stand for a call of that instant.</summary>
    public IReadOnlyList<BudgetFigures> FiguresOf(IReadOnlyList<BudgetClaim> claims, DateTimeOffset at)
    {
        lock (_lock)
        {
            return [.. claims.Select(c => c.Account.Figures(at, c.Limit))];
        }
    }

    /// <summary>Forgets what this process knows of the past, since somebody has changed it: it is read again.</summary>
    public void ForgetThePast()
    {
        lock (_lock)
        {
            foreach (var account in _accounts.Values)
            {
                account.ForgetThePast();
            }
        }
    }

    /// <summary>Another scope, period or choice of models is another account, which begins with what the ledger says.</summary>
    private static bool CountsAlike(Budget one, Budget other) =>
        one.Scope == other.Scope && one.PerHead == other.PerHead && one.Period == other.Period && one.RollingHours == other.RollingHours
        && one.TimeZone.Equals(other.TimeZone)
        && one.Members.SequenceEqual(other.Members, StringComparer.Ordinal) && one.Models.SequenceEqual(other.Models, StringComparer.Ordinal);

    private void Add_NeedsLock(List<BudgetClaim> claims, Budget budget, string? head, long limit)
    {
        if (head is not null && AccountOf_NeedsLock(budget, head) is var account && !claims.Exists(c => c.Account == account))
        {
            claims.Add(new BudgetClaim(account, limit));
        }
    }

    private void AddSpendCap_NeedsLock(List<BudgetClaim> claims, Caller caller)
    {
        if (caller.SpendCap is { } dollars)
        {
            // At least a nano-dollar: a cap of nothing lets nothing through.
            var cap = (long)Math.Max(1, Math.Clamp(dollars, 0, Budget.MaxLimit / NanoDollars) * NanoDollars);
            Add_NeedsLock(claims, SpendCap, caller.DeviceId, cap);
        }
    }

    private BudgetAccount AccountOf_NeedsLock(Budget budget, string head)
    {
        if (!_accounts.TryGetValue((budget.Id, head), out var account))
        {
            _accounts[(budget.Id, head)] = account = new BudgetAccount(budget, head);
        }

        return account;
    }

    private static void Release_NeedsLock(BudgetHold hold)
    {
        if (hold.Settled || hold.Shares.Count == 0)
        {
            return;
        }

        hold.Settled = true;
        foreach (var share in hold.Shares)
        {
            share.Account.Reserve(hold.Admitted, -share.Held);
            share.Held = 0;
        }
    }

    private void Post_NeedsLock(Budget budget, string head, in SpentRow row, ref List<BudgetThreshold>? passed)
    {
        var account = AccountOf_NeedsLock(budget, head);
        var before = account.TakeTold(row.Admitted, account.Figures(row.Admitted, budget.LimitNanoDollars).Spent);
        account.Post(row.RequestId, row.Admitted, row.NanoDollars);
        var after = account.Figures(row.Admitted, budget.LimitNanoDollars);
        Forget_NeedsLock(row.Admitted);
        if (budget.Id == SpendCapId || !account.IsKnown(row.Admitted))
        {
            return;
        }

        foreach (var percent in Percents)
        {
            var mark = (Int128)budget.LimitNanoDollars * percent / 100;
            if (before < mark && after.Spent >= mark)
            {
                (passed ??= []).Add(new BudgetThreshold(account, BudgetWindow.At(budget, row.Admitted).Start, percent, after));
            }
        }
    }

    private void Drop_NeedsLock((string Id, string Head) key, BudgetAccount account)
    {
        account.Forgotten = true;
        _accounts.Remove(key);
    }

    private void Forget_NeedsLock(DateTimeOffset now)
    {
        if (now - _forgotten < ForgetEvery)
        {
            return;
        }

        _forgotten = now;
        foreach (var (key, account) in _accounts.ToList())
        {
            if (account.Forget(now))
            {
                Drop_NeedsLock(key, account);
            }
        }
    }
}
