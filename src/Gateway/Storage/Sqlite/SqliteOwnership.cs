using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>Who made which batch or file. Asked only on their own routes, never on the way of a message; the file is slow, so
/// that a socket's thread is left first.</summary>
internal sealed class SqliteOwnership(SqliteFile file, TimeProvider time) : IOwnership
{
    public async ValueTask<bool> OwnsAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation)
    {
        await Task.Yield();
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM ownership WHERE kind = $kind AND resource_id = $id AND device_id = $device";
        command.Parameters.AddWithValue("$kind", NameOf(kind));
        command.Parameters.AddWithValue("$id", resourceId);
        command.Parameters.AddWithValue("$device", deviceId);
        return command.ExecuteScalar() is not null;
    }

    public async ValueTask RecordAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation)
    {
        await Task.Yield();
        using var connection = file.Connect();
        using var command = connection.CreateCommand();

        // The first to be told an id keeps it: an upstream that repeats one must not hand it to another device.
        command.CommandText = """
            INSERT INTO ownership (kind, resource_id, device_id, created_at) VALUES ($kind, $id, $device, $now)
            ON CONFLICT (kind, resource_id) DO NOTHING
            """;
        command.Parameters.AddWithValue("$kind", NameOf(kind));
        command.Parameters.AddWithValue("$id", resourceId);
        command.Parameters.AddWithValue("$device", deviceId);
        command.Parameters.AddWithValue("$now", Instants.Of(time.GetUtcNow()));
        command.ExecuteNonQuery();
    }

    public static string NameOf(OwnedKind kind) => kind is OwnedKind.Batch ? "batch" : "file";
}
