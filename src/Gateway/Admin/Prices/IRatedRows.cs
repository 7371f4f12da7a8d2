using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Admin.Prices;

/// <summary>Finds the ledger's settled rows with what they cost by now. The room Storage implements it.</summary>
internal interface IRatedRows
{
    /// <summary>The next rows of a period, oldest first; what was settled before the question is among them.</summary>
    /// <param name="span">Which rows.</param>
    /// <param name="after">The last row of the page before; null for the first page.</param>
    /// <param name="limit">The most rows.</param>
    /// <param name="cancellation">Gives it up.</param>
    Task<IReadOnlyList<RatedRow>> PageAsync(RatedSpan span, UsageEntry? after, int limit, CancellationToken cancellation);
}

/// <summary>Rows that began in this time, by these names of models; null: all models.</summary>
internal sealed record RatedSpan(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string>? Models);

/// <summary>A settled row and what its corrections made of it.</summary>
/// <param name="Settled">The row that the exchange's end wrote.</param>
/// <param name="CostNanoDollars">Its cost with all corrections.</param>
/// <param name="Unpriced">Whether the last of its rows says that its price is a guess.</param>
/// <param name="Corrections">How many corrections it has.</param>
internal sealed record RatedRow(UsageEntry Settled, long CostNanoDollars, bool Unpriced, int Corrections);
