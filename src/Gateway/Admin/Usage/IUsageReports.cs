namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Answers questions about the ledger. The room Storage implements it.</summary>
internal interface IUsageReports
{
    /// <summary>Sums over the rows that the filter lets through, those of a moment ago included.</summary>
    Task<UsageStats> SumAsync(UsageFilter filter, CancellationToken cancellation);

    /// <summary>The latest rows first.</summary>
    Task<IReadOnlyList<UsageMetric>> LatestAsync(UsageFilter filter, int limit, CancellationToken cancellation);
}
