using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>What was spent, by the rows and roll-ups of this file.</summary>
internal sealed class SqliteSpendHistory(SqliteFile file, IUsageLedger ledger, TimeProvider time) : ISpendHistory
{
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2);

    public async Task<SpendState> ReadAsync(
        Budget budget, string head, DateTimeOffset from, DateTimeOffset? to, Func<IReadOnlyCollection<string>> arrivals, CancellationToken cancellation)
    {
        // What was handed over before reading began isn't among the arrivals: it must be in the file.
        try
        {
            await ledger.FlushAsync(cancellation).WaitAsync(DiskPatience, time, cancellation);
            using var connection = file.Connect();
            using var transaction = connection.BeginTransaction(deferred: true);
            var sums = new SpendQuery(budget, head).Sum(connection, transaction, from, to);
            return new SpendState(sums, Known(connection, transaction, arrivals()));
        }
        catch (Exception e) when (e is SqliteException or TimeoutException)
        {
            throw new SpendUnknownException("The ledger can't be read.", e);
        }
    }

    private static HashSet<string> Known(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyCollection<string> requests)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        using var find = connection.CreateCommand();
        find.Transaction = transaction;
        find.CommandText = "SELECT 1 FROM usage WHERE request_id = @id AND kind = 'settled'";
        var id = find.Parameters.Add("@id", SqliteType.Text);
        foreach (var request in requests)
        {
            id.Value = request;
            if (find.ExecuteScalar() is not null)
            {
                known.Add(request);
            }
        }

        return known;
    }
}
