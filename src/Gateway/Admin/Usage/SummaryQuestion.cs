namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Sums over the rows of a filter, one group for each combination of the dimensions' values that there is.</summary>
/// <param name="Filter">Which rows.</param>
/// <param name="GroupBy">In this order; empty: everything is one group.</param>
/// <param name="DearestFirst">Ordered by cost, highest first, then by the key; otherwise by the key, in the order of its bytes.</param>
/// <param name="After">The group after which the answer begins, or null for the first.</param>
/// <param name="Limit">Groups at most; null: all.</param>
internal sealed record SummaryQuestion(UsageFilter Filter, IReadOnlyList<UsageDimension> GroupBy, bool DearestFirst = false, GroupPosition? After = null, int? Limit = null);

/// <summary>Where a group stands in the order.</summary>
/// <param name="CostNanoDollars">Its cost.</param>
/// <param name="Key">Its values of the dimensions: strings, or numbers of hours and days since 1970.</param>
internal sealed record GroupPosition(long CostNanoDollars, IReadOnlyList<object> Key);

/// <summary>One group. A value that its rows don't have is an empty string.</summary>
internal sealed record UsageGroup(IReadOnlyList<object> Key, UsageSums Sums)
{
    public GroupPosition Position => new(Sums.CostNanoDollars, Key);
}

/// <summary>The groups of an answer, read as they are taken; whoever asked disposes it.</summary>
/// <param name="from">The first instant that the sums have; null: they have all there ever was.</param>
/// <param name="groups">Can be read once.</param>
/// <param name="source">What they are read from.</param>
internal sealed class UsageGroups(DateTimeOffset? from, IAsyncEnumerable<UsageGroup> groups, IAsyncDisposable source) : IAsyncDisposable
{
    public DateTimeOffset? From => from;

    public IAsyncEnumerable<UsageGroup> Groups => groups;

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
