using System.Globalization;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>What people are told of a budget.</summary>
internal static class BudgetWords
{
    private const decimal NanoDollars = 1_000_000_000m;

    /// <summary>Why a call is refused: the scope, the period, when it resets, and what to do.</summary>
    public static string Refused(BudgetAnswer.Refused refused)
    {
        var budget = refused.Account.Budget;
        var figures = refused.Figures;
        var what = $"Budget '{budget.Name}' ({Dollars(figures.Limit)} {PeriodOf(budget)} for {ScopeOf(budget, refused.Account.Head)})";
        var why = figures.Spent >= figures.Limit
            ? "is used up"
            : $"hasn't enough left for this call: {Dollars(figures.Left)} left, {Dollars(figures.Reserved)} held by calls under way, up to {Dollars(refused.Wanted)} needed";
        return $"{what} {why}; {ResetOf(budget, figures)}. Ask your operator for a larger one.";
    }

    /// <summary>Dollars with two digits, more where they matter.</summary>
    public static string Dollars(long nanoDollars)
    {
        var dollars = nanoDollars / NanoDollars;
        return "$" + dollars.ToString(dollars != 0 && Math.Abs(dollars) < 1 ? "0.00####" : "0.00", CultureInfo.InvariantCulture);
    }

    private static string PeriodOf(Budget budget) => budget.Period switch
    {
        BudgetPeriod.Day => "a day",
        BudgetPeriod.Week => "a week",
        BudgetPeriod.Month => "a month",
        BudgetPeriod.Total => "in total",
        BudgetPeriod.Rolling => string.Create(CultureInfo.InvariantCulture, $"in any {budget.RollingHours} hours"),
        _ => throw new ArgumentOutOfRangeException(nameof(budget)),
    };

    private static string ScopeOf(Budget budget, string head) => (budget.Scope, budget.PerHead) switch
    {
        (BudgetScope.Everything, _) => "everybody together",
        (BudgetScope.Device, true) => "this device",
        (BudgetScope.User, true) => "this user",
        (BudgetScope.Organization, true) => "this organisation",
        (BudgetScope.Model, true) => $"the model {head}",
        (BudgetScope.Device, false) => "a group of devices together",
        (BudgetScope.User, false) => "a group of users together",
        (BudgetScope.Organization, false) => "a group of organisations together",
        (BudgetScope.Model, false) => "a group of models together",
        _ => throw new ArgumentOutOfRangeException(nameof(budget)),
    };

    private static string ResetOf(Budget budget, BudgetFigures figures) => figures.ResetsAt is { } resets
        ? string.Create(CultureInfo.InvariantCulture, $"it {(budget.Period is BudgetPeriod.Rolling ? "begins to free up" : "resets")} at {resets.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
        : "it doesn't reset";
}
