using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;

/// <summary>Budgets, callers and rows for tests, with what doesn't matter filled in.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static Budget Budget(
        string id = "b1",
        BudgetScope scope = BudgetScope.Everything,
        BudgetMode mode = BudgetMode.Strict,
        long limit = 1_000,
        BudgetPeriod period = BudgetPeriod.Month,
        bool perHead = false) => new()
        {
            Id = id,
            Name = id,
            Scope = scope,
            PerHead = perHead,
            LimitNanoDollars = limit,
            Period = period,
            RollingHours = period is BudgetPeriod.Rolling ? 24 : 0,
            Mode = mode,
        };

    public static Caller Caller(string device = "device-01", string? user = null, string? org = null, decimal? spendCap = null) => new()
    {
        DeviceId = device,
        UserId = user,
        OrgId = org,
        SpendCap = spendCap,
        Models = ["*"],
        TokenId = "tok_1",
        SessionId = "ses_1",
        ExpiresAt = DateTimeOffset.MaxValue,
    };

    public static SpentRow Row(long cost, string id = "req_1", string device = "device-01", string model = "claude-opus-5-5", DateTimeOffset? at = null) =>
        new(id, new Spender(device, null, null), model, at ?? Noon, cost);

    /// <summary>A book in which nothing was spent before.</summary>
    public static BudgetBook Book(params Budget[] budgets)
    {
        var book = new BudgetBook();
        book.Use(budgets);
        return book;
    }

    /// <summary>What the caller draws on, with its past known to be empty.</summary>
    public static IReadOnlyList<BudgetClaim> Claims(this BudgetBook book, Caller? caller = null, string model = "claude-opus-5-5", DateTimeOffset? at = null)
    {
        var claims = book.ClaimsOf(caller ?? Caller(), [model]);
        foreach (var account in book.BeginReading(claims, at ?? Noon))
        {
            book.EndReading(account, at ?? Noon, new SpendState(new Dictionary<DateTimeOffset, long>(), new HashSet<string>()));
        }

        return claims;
    }

    public static BudgetHold Held(this BudgetAnswer answer) => answer.Should().BeOfType<BudgetAnswer.Held>().Subject.Hold;

    public static BudgetAmounts Amounts(long full, long? begun = null) => new(full, begun ?? full);

    /// <summary>Settles at once and says which thresholds were passed.</summary>
    public static IReadOnlyList<BudgetThreshold> SettleNow(this BudgetBook book, BudgetHold hold, SpentRow row)
    {
        IReadOnlyList<BudgetThreshold> told = [];
        book.Settle(hold, row, passed =>
        {
            told = passed;
            return Task.CompletedTask;
        });
        return told;
    }
}
