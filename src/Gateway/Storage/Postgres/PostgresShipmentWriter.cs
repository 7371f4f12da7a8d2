using System.Globalization;
using Latchkey.Gateway.Storage.Usage;
using Npgsql;
using NpgsqlTypes;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>Writes shipments in one transaction. What is there already stays as it is, so that sending twice changes nothing.</summary>
internal sealed class PostgresShipmentWriter(string gatewayId)
{
    private static readonly string UsageSql = UsageInsert("");

    // What retention has deleted is no longer known as being there: sent again it would add to its sums twice.
    private static readonly string UsageAgainSql =
        UsageInsert("WHERE started_at >= coalesce((SELECT gone_before FROM retention WHERE subject = 'rows'), 0)");

    private static readonly UsageColumnType[] EventTypes = [UsageColumnType.Text, UsageColumnType.Text, UsageColumnType.Integer, UsageColumnType.Text];
    private static readonly string EventSql = $"""
        INSERT INTO outgoing_event (id, type, at, data, gateway_id) SELECT id, type, at, data, $1
        FROM unnest({Arrays(EventTypes)}) AS sent(id, type, at, data) ORDER BY id ON CONFLICT (id) DO NOTHING
        """;

    // Until the commit: whoever follows events by their number would otherwise step over one whose transaction ends later.
    private const string EventLock = "LOCK TABLE outgoing_event IN SHARE ROW EXCLUSIVE MODE";

    private static readonly UsageColumnType[] OwnershipTypes = [UsageColumnType.Text, UsageColumnType.Text, UsageColumnType.Text, UsageColumnType.Integer];
    private static readonly string OwnershipSql = $"""
        INSERT INTO ownership (kind, resource_id, device_id, created_at, gateway_id) SELECT kind, resource_id, device_id, created_at, $1
        FROM unnest({Arrays(OwnershipTypes)}) AS sent(kind, resource_id, device_id, created_at)
        ORDER BY kind, resource_id ON CONFLICT (kind, resource_id) DO NOTHING
        """;

    /// <summary>Completes when the commit has returned.</summary>
    /// <param name="connection">To the store.</param>
    /// <param name="known">What the store was when it was asked last: another one, or one that has been upgraded or restarted, gets nothing.</param>
    /// <param name="shipments">What to write: either all for the first time or all again.</param>
    /// <param name="cancellation">Of the wait.</param>
    /// <returns>False when it is another.</returns>
    public async Task<bool> WriteAsync(NpgsqlConnection connection, StoreIdentity known, IReadOnlyList<Shipment> shipments, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PostgresStore.Identity));
        Add(batch, shipments is [{ ShippedAt: not null }, ..] ? UsageAgainSql : UsageSql, [.. UsageColumns.All.Select(c => c.Type)], Rows(shipments, ShipmentItem.Usage));
        if (Rows(shipments, ShipmentItem.Event) is { Count: > 0 } events)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(EventLock));
            Add(batch, EventSql, EventTypes, events);
        }

        Add(batch, OwnershipSql, OwnershipTypes, Rows(shipments, ShipmentItem.Ownership));
        if (batch.BatchCommands.Count == 1)
        {
            return true;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        batch.Transaction = transaction;
        await using (var row = await batch.ExecuteReaderAsync(cancellation))
        {
            if (await PostgresStore.IdentityOf(row, cancellation) != known)
            {
                return false;
            }

            // An error of a later statement is thrown when its turn comes.
            while (await row.NextResultAsync(cancellation))
            {
            }
        }

        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static string UsageInsert(string condition) => $"""
        INSERT INTO usage ({UsageColumns.Names}, gateway_id) SELECT {UsageColumns.Names}, $1
        FROM unnest({Arrays(UsageColumns.All.Select(c => c.Type))}) AS sent({UsageColumns.Names}) {condition}
        ORDER BY request_id, kind ON CONFLICT (request_id, kind) DO NOTHING
        """;

    private static List<object?[]> Rows(IReadOnlyList<Shipment> shipments, ShipmentItem item) =>
        [.. shipments.Where(s => s.Item == item && s.Values is not null).Select(s => s.Values!)];

    private void Add(NpgsqlBatch batch, string sql, UsageColumnType[] types, List<object?[]> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

#pragma warning disable CA2100 // Only constants of this class.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = gatewayId });
        for (var column = 0; column < types.Length; column++)
        {
            var index = column;
            command.Parameters.Add(types[index] is UsageColumnType.Text
                ? new NpgsqlParameter<string?[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, TypedValue = [.. rows.Select(r => Storable(r[index]))] }
                : new NpgsqlParameter<long?[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, TypedValue = [.. rows.Select(r => (long?)r[index])] });
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>PostgreSQL's text can't hold U+0000, which a client can put into a model's name.</summary>
    private static string? Storable(object? value) => ((string?)value)?.Replace('\0', '\uFFFD');

    private static string Arrays(IEnumerable<UsageColumnType> types) =>
        string.Join(", ", types.Select((type, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 2}::{(type is UsageColumnType.Text ? "text" : "bigint")}[]")));
}
