using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>
/// The journal's side of shipping: what waits, and what has arrived. Reads on connections of its own; what it writes goes
/// through the database's one writer, so that it never waits for a lock of ours.
/// </summary>
internal sealed class SqliteShipments(SqliteFile file, SqliteImporter importer, TimeProvider time)
{
    private const string Columns = "seq, item, id, kind, shipped_at";

    private static readonly int StartedAt = UsageColumns.All.Select((column, i) => (column, i)).Single(c => c.column.Name == "started_at").i;

    private static readonly string UsageSql = $"SELECT {UsageColumns.Names} FROM usage WHERE request_id = $id AND kind = $kind";

    /// <summary>Begins or ends noting what is to be shipped. Before the first row is written.</summary>
    public static void Prepare(SqliteFile file, bool ship)
    {
        using var connection = file.Connect();
        using var transaction = connection.BeginTransaction();
        if (!ship)
        {
            SqliteStatements.Execute(connection, SqliteShipmentSchema.EndNoting);
        }
        else if (SqliteStatements.Scalar(connection, SqliteShipmentSchema.IsNoting) is 0L)
        {
            SqliteStatements.Execute(connection, SqliteShipmentSchema.BeginNoting);
        }
        else
        {
            SqliteStatements.Execute(connection, SqliteShipmentSchema.RetryRefused);
        }

        transaction.Commit();
    }

    /// <summary>What the store hasn't had yet, oldest first.</summary>
    public IReadOnlyList<Shipment> Waiting(int atMost)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT {Columns} FROM shipment INDEXED BY shipment_waiting
            WHERE shipped_at IS NULL AND refused IS NULL ORDER BY seq LIMIT $most
            """;
        command.Parameters.AddWithValue("$most", atMost);
        return Read(connection, command);
    }

    /// <summary>What the store has had, in the order in which it got it.</summary>
    /// <param name="after">The instant and number after which to begin.</param>
    /// <param name="until">The last instant.</param>
    /// <param name="atMost">Of how many at most.</param>
    public IReadOnlyList<Shipment> Shipped((long At, long Seq) after, long until, int atMost)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT {Columns} FROM shipment INDEXED BY shipment_shipped
            WHERE shipped_at IS NOT NULL AND (shipped_at, seq) > ($at, $seq) AND shipped_at <= $until ORDER BY shipped_at, seq LIMIT $most
            """;
        command.Parameters.AddWithValue("$at", after.At);
        command.Parameters.AddWithValue("$seq", after.Seq);
        command.Parameters.AddWithValue("$until", until);
        command.Parameters.AddWithValue("$most", atMost);
        return Read(connection, command);
    }

    /// <summary>When the store last got something new, microseconds since 1970; null when it never did.</summary>
    public long? LastShippedAt()
    {
        using var connection = file.Connect();
        return SqliteStatements.Scalar(connection, "SELECT MAX(shipped_at) FROM shipment INDEXED BY shipment_shipped WHERE shipped_at IS NOT NULL") as long?;
    }

    /// <summary>What rows cost that the store hasn't got, in one read; those that it refused too.</summary>
    /// <param name="from">First instant of admission, microseconds since 1970.</param>
    /// <param name="to">First instant that is too late.</param>
    /// <param name="atMost">Of how many at most.</param>
    public IReadOnlyList<WaitingSpend> WaitingSpend(long from, long to, int atMost)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT request_id, usage.kind, device_id, user_id, org_id, model, started_at, cost_nano_usd
            FROM (
                SELECT item, id, kind FROM shipment INDEXED BY shipment_waiting WHERE shipped_at IS NULL AND refused IS NULL
                UNION ALL SELECT item, id, kind FROM shipment INDEXED BY shipment_refused WHERE shipped_at IS NULL AND refused IS NOT NULL
            ) AS waiting CROSS JOIN usage ON usage.request_id = waiting.id AND usage.kind = waiting.kind
            WHERE waiting.item = 'usage' AND started_at >= $from AND started_at < $to LIMIT $most
            """;
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        command.Parameters.AddWithValue("$most", atMost);
        using var row = command.ExecuteReader();
        var waiting = new List<WaitingSpend>();
        while (row.Read())
        {
            var spender = new Spender(row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4));
            waiting.Add(new WaitingSpend(row.GetString(0), row.GetString(1), spender, row.GetString(5), row.GetInt64(6), row.GetInt64(7)));
        }

        return waiting;
    }

    public ShipmentBacklog Backlog()
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT COUNT(*), MIN(noted_at), (SELECT COUNT(*) FROM shipment WHERE refused IS NOT NULL)
            FROM shipment INDEXED BY shipment_waiting WHERE shipped_at IS NULL AND refused IS NULL
            """;
        using var row = command.ExecuteReader();
        row.Read();
        return new ShipmentBacklog(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt64(2));
    }

    /// <summary>The store that the journal has shipped to, or null.</summary>
    public string? StoreId()
    {
        using var connection = file.Connect();
        return SqliteStatements.Scalar(connection, "SELECT store_id FROM shipped_to") as string;
    }

    /// <summary>From now on this is the store: whatever another one had waits for it too.</summary>
    public Task BeginWithAsync(string storeId) => importer.KeepAsync(connection =>
    {
        SqliteStatements.Execute(connection, "DELETE FROM shipped_to");
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE shipment SET shipped_at = NULL WHERE shipped_at IS NOT NULL; INSERT INTO shipped_to VALUES ($id)";
        command.Parameters.AddWithValue("$id", storeId);
        command.ExecuteNonQuery();
    });

    /// <summary>The store has these, and its commit is behind them.</summary>
    public Task ArrivedAsync(IReadOnlyList<Shipment> shipments)
    {
        var now = Instants.Of(time.GetUtcNow());
        return importer.KeepAsync(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE shipment SET shipped_at = $now WHERE seq = $seq";
            command.Parameters.AddWithValue("$now", now);
            var seq = command.Parameters.Add("$seq", SqliteType.Integer);
            foreach (var shipment in shipments)
            {
                seq.Value = shipment.Seq;
                command.ExecuteNonQuery();
            }
        });
    }

    /// <summary>The store takes everything but this one.</summary>
    public Task RefusedAsync(Shipment shipment, string why) => importer.KeepAsync(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE shipment SET refused = $why WHERE seq = $seq";
        command.Parameters.AddWithValue("$why", why);
        command.Parameters.AddWithValue("$seq", shipment.Seq);
        command.ExecuteNonQuery();
    });

    /// <summary>Deletes what the store has had since before an instant; whose batch or file something is stays known here.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> ForgetAsync(long shippedBefore, int atMost)
    {
        var old = Shipped((0, 0), shippedBefore - 1, atMost);
        if (old.Count > 0)
        {
            await importer.KeepAsync(connection => Delete(connection, old));
        }

        return old.Count;
    }

    private static void Delete(SqliteConnection connection, IReadOnlyList<Shipment> old)
    {
        using var marks = Keyed(connection, "DELETE FROM shipment WHERE id = $id AND kind = $kind AND item = $item");
        using var usage = Keyed(connection, "DELETE FROM usage WHERE request_id = $id AND kind = $kind");
        using var events = Keyed(connection, "DELETE FROM outgoing_event WHERE id = $id AND $kind = ''");
        var item = marks.Parameters.Add("$item", SqliteType.Text);
        Announce(connection, old);
        foreach (var shipment in old)
        {
            item.Value = NameOf(shipment.Item);
            Key(marks, shipment).ExecuteNonQuery();
            if (shipment.Item is not ShipmentItem.Ownership)
            {
                Key(shipment.Item is ShipmentItem.Usage ? usage : events, shipment).ExecuteNonQuery();
            }
        }
    }

    /// <summary>Without PostgreSQL one day, questions must know from which day on the rows here are all there were.</summary>
    private static void Announce(SqliteConnection connection, IReadOnlyList<Shipment> old)
    {
        if (old.Where(s => s.Item is ShipmentItem.Usage && s.Values is not null).Max(s => (long?)s.Values![StartedAt]) is { } latest)
        {
            using var command = connection.CreateCommand();
            command.CommandText = """
                INSERT INTO retention (subject, gone_before) VALUES ('rows', $before)
                ON CONFLICT (subject) DO UPDATE SET gone_before = excluded.gone_before WHERE excluded.gone_before > retention.gone_before
                """;
            command.Parameters.AddWithValue("$before", ((latest / Instants.PerDay) + 1) * Instants.PerDay);
            command.ExecuteNonQuery();
        }
    }

    private static List<Shipment> Read(SqliteConnection connection, SqliteCommand marks)
    {
        var found = new List<Shipment>();
        using (var row = marks.ExecuteReader())
        {
            while (row.Read())
            {
                found.Add(new Shipment(row.GetInt64(0), ItemOf(row.GetString(1)), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetInt64(4), null));
            }
        }

        using var usage = Keyed(connection, UsageSql);
        using var events = Keyed(connection, "SELECT id, type, at, data FROM outgoing_event WHERE id = $id AND $kind = ''");
        using var owned = Keyed(connection, "SELECT kind, resource_id, device_id, created_at FROM ownership WHERE resource_id = $id AND kind = $kind");
        for (var i = 0; i < found.Count; i++)
        {
            var lookup = found[i].Item switch
            {
                ShipmentItem.Usage => usage,
                ShipmentItem.Event => events,
                _ => owned,
            };
            using var row = Key(lookup, found[i]).ExecuteReader();
            if (row.Read())
            {
                found[i] = found[i] with { Values = [.. Enumerable.Range(0, row.FieldCount).Select(c => row.IsDBNull(c) ? null : row.GetValue(c))] };
            }
        }

        return found;
    }

    private static SqliteCommand Key(SqliteCommand command, Shipment shipment)
    {
        command.Parameters[0].Value = shipment.Id;
        command.Parameters[1].Value = shipment.Kind;
        return command;
    }

    private static string NameOf(ShipmentItem item) => item switch
    {
        ShipmentItem.Usage => "usage",
        ShipmentItem.Event => "event",
        _ => "ownership",
    };

    private static ShipmentItem ItemOf(string name) => name switch
    {
        "usage" => ShipmentItem.Usage,
        "event" => ShipmentItem.Event,
        "ownership" => ShipmentItem.Ownership,
        _ => throw new InvalidOperationException($"The journal names an item '{name}' that nobody writes."),
    };

    private static SqliteCommand Keyed(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.Add("$id", SqliteType.Text);
        command.Parameters.Add("$kind", SqliteType.Text);
        return command;
    }
}
