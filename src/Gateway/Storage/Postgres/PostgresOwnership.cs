using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Sqlite;
using Npgsql;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>
/// Who made which batch or file, through whichever gateway. This gateway's own record is asked first and is where it is
/// written; it is shipped with the rest. What PostgreSQL can't be asked about is nobody's.
/// </summary>
internal sealed class PostgresOwnership(SqliteOwnership local, PostgresStore store, ShippingState state, TimeProvider clock) : IOwnership
{
    /// <summary>The longest that a call about a batch or file waits for PostgreSQL.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    public async ValueTask<bool> OwnsAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation)
    {
        if (await local.OwnsAsync(deviceId, kind, resourceId, cancellation))
        {
            return true;
        }

        if (!state.Answers)
        {
            return false;
        }

        using var bound = new CancellationTokenSource(Bound, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        try
        {
            return await AskAsync(deviceId, kind, resourceId, either.Token).WaitAsync(either.Token);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // The shipper finds out by itself, and says so.
            return false;
        }
    }

    public ValueTask RecordAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation) =>
        local.RecordAsync(deviceId, kind, resourceId, cancellation);

    private async Task<bool> AskAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation)
    {
        await using var connection = await store.ConnectAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM ownership WHERE kind = $1 AND resource_id = $2 AND device_id = $3";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SqliteOwnership.NameOf(kind) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = resourceId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = deviceId });
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }
}
