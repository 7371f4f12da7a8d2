namespace Latchkey.Gateway.Benchmarks.Steps;

/// <summary>The steps of the data path, in travel order. Benchmarks and the tests' gate take them from here, so that both run the same code.</summary>
internal static class PathSteps
{
    /// <summary>All of them, made anew: one taker's counters, caches and budgets are no other's.</summary>
    public static IReadOnlyList<Step> All() =>
    [
        .. AcceptSteps.All(),
        .. AuthenticateSteps.All(),
        .. AuthorizeSteps.All(),
        .. ForwardSteps.All(),
        .. MeasureSteps.All(),
        .. SettleSteps.All(),
    ];
}
