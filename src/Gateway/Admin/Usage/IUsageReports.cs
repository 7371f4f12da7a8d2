namespace Latchkey.Gateway.Admin.Usage;

/// <summary>
/// Answers questions about the ledger; what was settled before the question is in the answer. A question whose rows are
/// no longer kept has a problem for its answer, never a sum that lacks something. The room Storage implements it.
/// </summary>
internal interface IUsageReports
{
    /// <summary>Sums over all rows that the filter lets through.</summary>
    Task<Answer<UsageSums>> SumAsync(UsageFilter filter, CancellationToken cancellation);

    /// <summary>The latest exchanges first, each with its cost as corrected.</summary>
    Task<IReadOnlyList<UsageMetric>> LatestAsync(UsageFilter filter, int limit, CancellationToken cancellation);

    /// <summary>Sums by group, all of one moment.</summary>
    Task<Answer<UsageGroups>> GroupAsync(SummaryQuestion question, CancellationToken cancellation);

    /// <summary>The rows themselves, corrections too, latest first; read as they are taken.</summary>
    /// <param name="filter">Which rows.</param>
    /// <param name="after">The row after which the answer begins, or null for the latest.</param>
    /// <param name="limit">Rows at most; null: all.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<Answer<IAsyncEnumerable<UsageRowValues>>> RowsAsync(UsageFilter filter, RowPosition? after, int? limit, CancellationToken cancellation);
}
