using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Admin.Budgets;

/// <summary>Keeps the operators' budgets. The room Storage implements it.</summary>
internal interface IBudgetStore
{
    /// <summary>All of them, by id.</summary>
    Task<IReadOnlyList<StoredBudget>> AllAsync(CancellationToken cancellation);

    /// <summary>Writes one, new or in place of the one with its id; durable when it completes.</summary>
    Task PutAsync(StoredBudget budget, CancellationToken cancellation);

    /// <summary>Removes one; false when there is none.</summary>
    Task<bool> RemoveAsync(string id, CancellationToken cancellation);
}

/// <summary>A budget with its times.</summary>
/// <param name="Budget">What it says.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record StoredBudget(Budget Budget, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
