using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Admin.Budgets;

/// <summary>Keeps the book's budgets the same as the store's: read before the first call, changed one at a time.</summary>
internal sealed class BudgetKeeper(IBudgetStore store, BudgetBook book, TimeProvider time) : IHostedService, IDisposable
{
    private readonly SemaphoreSlim _change = new(1, 1);

    public async Task StartAsync(CancellationToken cancellationToken) => await ReadAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<StoredBudget>> AllAsync(CancellationToken cancellation) => store.AllAsync(cancellation);

    /// <summary>Puts a budget in force, new or in place of the one with its id.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="onlyNew">Leave one that is there already as it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>As it is kept, and whether it is new; null when there is one and only a new one was wanted.</returns>
    public async Task<(StoredBudget Budget, bool New)?> PutAsync(Budget budget, bool onlyNew, CancellationToken cancellation)
    {
        await _change.WaitAsync(cancellation);
        try
        {
            var old = (await store.AllAsync(cancellation)).FirstOrDefault(b => b.Budget.Id == budget.Id);
            if (onlyNew && old is not null)
            {
                return null;
            }

            var now = time.GetUtcNow();
            var kept = new StoredBudget(budget, old?.CreatedAt ?? now, now);
            await store.PutAsync(kept, cancellation);
            await ReadAsync(CancellationToken.None);
            return (kept, old is null);
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>Takes a budget out of force; false when there is none.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellation)
    {
        await _change.WaitAsync(cancellation);
        try
        {
            var removed = await store.RemoveAsync(id, cancellation);
            await ReadAsync(CancellationToken.None);
            return removed;
        }
        finally
        {
            _change.Release();
        }
    }

    public void Dispose() => _change.Dispose();

    private async Task ReadAsync(CancellationToken cancellation) =>
        book.Use((await store.AllAsync(cancellation)).Select(b => b.Budget));
}
