using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Benchmarks.Steps;

internal static class AuthorizeSteps
{
    public static IEnumerable<Step> All()
    {
        yield return LetIn("authorize: models and limits");
        yield return LetIn("authorize: with a strict budget", new Budget
        {
            Id = "month",
            Name = "month",
            Scope = BudgetScope.Everything,
            LimitNanoDollars = Budget.MaxLimit,
            Period = BudgetPeriod.Month,
            Mode = BudgetMode.Strict,
        });
    }

    /// <summary>Lets a call in and gives back what it took.</summary>
    private static Step LetIn(string name, params Budget[] budgets)
    {
        var authorization = new Authorization(new StillClock(), budgets);
        return new Step(name, () =>
        {
            var permit = authorization.LetIn();
            permit.AbandonAsync().AsTask().GetAwaiter().GetResult();
            return permit;
        });
    }
}
