using System.Globalization;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>Tells the outside what an operator has done, in the transaction that does it.</summary>
internal static class SqliteNews
{
    public static void Tell(SqliteConnection connection, string type, DateTimeOffset at, string data)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO outgoing_event (id, type, at, data) VALUES ($id, $type, $at, $data)";
        command.Parameters.AddWithValue("$id", $"evt_{Guid.CreateVersion7(at).ToString("N", CultureInfo.InvariantCulture)}");
        command.Parameters.AddWithValue("$type", type);
        command.Parameters.AddWithValue("$at", Instants.Of(at));
        command.Parameters.AddWithValue("$data", data);
        command.ExecuteNonQuery();
    }
}
