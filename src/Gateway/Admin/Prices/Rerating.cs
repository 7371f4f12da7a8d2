using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Prices;

namespace Latchkey.Gateway.Admin.Prices;

/// <summary>
/// Rates a period again by the book in force, page by page: a page's corrections are durable before the next is read, so that little is in
/// memory and the ledger's writer is never far from the calls that wait for it. Done twice it changes nothing more.
/// </summary>
internal sealed class Rerating(IRatedRows rows, IUsageLedger ledger, PriceBooks books, BudgetBook budgets, ILogger<Rerating> log) : IDisposable
{
    private const int PageSize = 200;

    /// <summary>One at a time: two that see the same cost so far would both correct it.</summary>
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>What came of it; null while another one is under way.</summary>
    /// <param name="span">Which rows; models by any of their names.</param>
    /// <param name="dryRun">Only says what it would do.</param>
    /// <param name="cancellation">Stops after the page under way; what is corrected stays corrected.</param>
    public async Task<ReratingResult?> RunAsync(RatedSpan span, bool dryRun, CancellationToken cancellation)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero, cancellation))
        {
            return null;
        }

        try
        {
            // One book for the whole of it.
            var book = books.Current;
            var result = await RunAsync(span with { Models = AllNames(span.Models, book) }, book, dryRun, cancellation);
            if (!dryRun)
            {
                log.Rerated(result.RowsCorrected, result.RowsLookedAt, span.From, span.To, result.PriceVersion, result.DifferenceNanoDollars);
            }

            return result;
        }
        finally
        {
            // Whatever was corrected, to the end or not, was spent otherwise than the budgets know.
            budgets.ForgetThePast();
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<ReratingResult> RunAsync(RatedSpan span, PriceBook book, bool dryRun, CancellationToken cancellation)
    {
        var (looked, corrected, difference) = (0L, 0L, 0m);
        UsageEntry? last = null;
        var written = new List<Task>(PageSize);
        while (await rows.PageAsync(span, last, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                looked++;
                if (UsageCorrection.Of(row.Settled, row.CostNanoDollars, row.Unpriced, row.Corrections, book) is { } correction)
                {
                    corrected++;
                    difference += correction.CostNanoDollars;
                    if (!dryRun)
                    {
                        written.Add(ledger.SettleAsync(correction, []));
                    }
                }
            }

            await Task.WhenAll(written).WaitAsync(cancellation);
            written.Clear();
            last = page[^1].Settled;
        }

        return new ReratingResult(book.PriceVersion, looked, corrected, difference);
    }

    /// <summary>Rows may have been counted under a name that is an alias by now.</summary>
    private static List<string>? AllNames(IReadOnlyList<string>? models, PriceBook book)
    {
        if (models is null)
        {
            return null;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            names.Add(ModelId.Normalize(model));
            if (book.TryFind(model, out var known))
            {
                names.Add(known.Id);
                names.UnionWith(known.Aliases.Select(ModelId.Normalize));
            }
        }

        return [.. names];
    }
}

/// <summary>What a re-rating did, or would do.</summary>
internal sealed record ReratingResult(string PriceVersion, long RowsLookedAt, long RowsCorrected, decimal DifferenceNanoDollars);
