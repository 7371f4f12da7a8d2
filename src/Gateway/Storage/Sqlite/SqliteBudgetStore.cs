using System.Text.Json;
using Latchkey.Gateway.Admin.Budgets;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The operators' budgets, as they wrote them.</summary>
internal sealed class SqliteBudgetStore(SqliteFile file) : IBudgetStore
{
    public Task<IReadOnlyList<StoredBudget>> AllAsync(CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, definition, created_at, updated_at FROM budget ORDER BY id";
        using var row = command.ExecuteReader();
        var budgets = new List<StoredBudget>();
        while (row.Read())
        {
            var id = row.GetString(0);
            if (JsonSerializer.Deserialize(row.GetString(1), BudgetJson.Default.BudgetForm) is { } form && form.TryRead(id, out var budget, out var problem))
            {
                budgets.Add(new StoredBudget(budget, Instants.From(row.GetInt64(2)), Instants.From(row.GetInt64(3))));
            }
            else
            {
                // A limit that nobody applies would be worse than a gateway that doesn't start.
                throw new InvalidDataException($"Budget '{id}' in the database can't be read.");
            }
        }

        return Task.FromResult<IReadOnlyList<StoredBudget>>(budgets);
    }

    public Task PutAsync(StoredBudget budget, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO budget (id, definition, created_at, updated_at) VALUES ($id, $definition, $created, $updated)
            ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, updated_at = excluded.updated_at
            """;
        command.Parameters.AddWithValue("$id", budget.Budget.Id);
        command.Parameters.AddWithValue("$definition", JsonSerializer.Serialize(BudgetForm.Of(budget.Budget), BudgetJson.Default.BudgetForm));
        command.Parameters.AddWithValue("$created", Instants.Of(budget.CreatedAt));
        command.Parameters.AddWithValue("$updated", Instants.Of(budget.UpdatedAt));
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM budget WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return Task.FromResult(command.ExecuteNonQuery() > 0);
    }
}
