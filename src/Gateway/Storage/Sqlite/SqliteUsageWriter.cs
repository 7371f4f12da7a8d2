using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The one connection that writes usage rows, with its statements prepared. Not safe for concurrent use; thrown away after any failure.</summary>
internal sealed class SqliteUsageWriter : IDisposable
{
    private static readonly string Values =
        $"({UsageColumns.Names}) VALUES ({string.Join(", ", UsageColumns.All.Select(c => "$" + c.Name))})";

    private readonly SqliteConnection _connection;
    private readonly List<SqliteCommand> _commands = [];
    private readonly SqliteCommand _open;
    private readonly SqliteCommand _settle;
    private readonly SqliteCommand _close;
    private readonly SqliteCommand _tell;
    private readonly SqliteCommand _findOpen;
    private readonly SqliteCommand _settleLeftOpen;

    public SqliteUsageWriter(SqliteFile file)
    {
        _connection = file.ConnectAlone();
        string[] columns = [.. UsageColumns.All.Select(c => c.Name)];
        _open = Command($"INSERT OR REPLACE INTO open_exchange {Values}", columns);
        _settle = Command($"INSERT INTO usage {Values} ON CONFLICT (request_id, kind) DO NOTHING", columns);
        _close = Command("DELETE FROM open_exchange WHERE request_id = $request_id", "request_id");
        _tell = Command("INSERT INTO outgoing_event (id, type, at, data) VALUES ($id, $type, $at, $data) ON CONFLICT (id) DO NOTHING", "id", "type", "at", "data");
        _findOpen = Command("SELECT request_id FROM open_exchange");
        _settleLeftOpen = Command(
            $"INSERT INTO usage ({UsageColumns.Names}) SELECT {UsageColumns.Names} FROM open_exchange WHERE request_id = $request_id ON CONFLICT (request_id, kind) DO NOTHING",
            "request_id");
    }

    /// <summary>Settles what nobody is at work on any more, with the row that was written for that case.</summary>
    /// <param name="alive">Exchanges that somebody is at work on.</param>
    /// <returns>How many there were.</returns>
    public int SettleLeftOpen(IReadOnlyDictionary<string, byte> alive) =>
        Write([new LedgerItem(LedgerItemKind.Sweep, null, [], null)], alive);

    /// <summary>Writes everything in one transaction, on the disk when it returns.</summary>
    /// <param name="items">What to write, in this order.</param>
    /// <param name="alive">Exchanges that somebody is at work on.</param>
    /// <returns>How many exchanges a sweep among the items has settled.</returns>
    public int Write(IReadOnlyList<LedgerItem> items, IReadOnlyDictionary<string, byte> alive)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var command in _commands)
        {
            command.Transaction = transaction;
        }

        var left = 0;
        foreach (var item in items)
        {
            switch (item.Kind)
            {
                case LedgerItemKind.Open:
                    Run(_open, item.Entry!);
                    break;
                case LedgerItemKind.Settle:
                    Run(_settle, item.Entry!);
                    Run(_close, item.Entry!.RequestId);
                    foreach (var news in item.Events)
                    {
                        Run(_tell, news.Id, news.Type, Instants.Of(news.At), news.Data);
                    }

                    break;
                case LedgerItemKind.Sweep:
                    foreach (var id in LeftOpen(alive))
                    {
                        Run(_settleLeftOpen, id);
                        Run(_close, id);
                        left++;
                    }

                    break;
                case LedgerItemKind.Upkeep:
                    item.Upkeep!(_connection);
                    break;
            }
        }

        transaction.Commit();
        return left;
    }

    public void Dispose()
    {
        foreach (var command in _commands)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private static void Run(SqliteCommand command, UsageEntry entry)
    {
        for (var i = 0; i < UsageColumns.All.Count; i++)
        {
            command.Parameters[i].Value = UsageColumns.All[i].Value(entry) ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private List<string> LeftOpen(IReadOnlyDictionary<string, byte> alive)
    {
        using var row = _findOpen.ExecuteReader();
        var left = new List<string>();
        while (row.Read())
        {
            var id = row.GetString(0);
            if (!alive.ContainsKey(id))
            {
                left.Add(id);
            }
        }

        return left;
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter("$" + name, null));
        }

        _commands.Add(command);
        return command;
    }
}
